package io.github.resilientllm.spring.chaos;

import io.github.resilientllm.spring.internal.ProviderAround;
import io.github.resilientllm.spring.internal.SetupException;
import io.github.resilientllm.test.chaos.Chaos;
import io.github.resilientllm.test.chaos.ChaosProvider;
import java.util.Arrays;
import java.util.Locale;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Auto-configures faults on purpose, if a property wants them and the test kit is there. */
@AutoConfiguration(beforeName = "io.github.resilientllm.spring.boot.ResilientLlmAutoConfiguration")
@ConditionalOnClass(Chaos.class)
@ConditionalOnProperty("resilient-llm.chaos.enabled")
@EnableConfigurationProperties(ChaosProperties.class)
public final class ChaosAutoConfiguration {

  /** The switch; off. */
  @Bean
  @ConditionalOnMissingBean
  Chaos resilientLlmChaos(ChaosProperties properties, Environment environment) {
    Arrays.stream(environment.getActiveProfiles())
        .filter(profile -> isProduction(profile) && !properties.alsoIn().contains(profile))
        .findFirst()
        .ifPresent(
            profile -> {
              throw new SetupException(
                  "resilient-llm.chaos.enabled is true, and the profile \""
                      + profile
                      + "\" is active, in which nobody wants faults by accident.",
                  "Remove the property; or, if you mean it, set resilient-llm.chaos.also-in to \""
                      + profile
                      + "\" as well.");
            });
    return new Chaos();
  }

  private static boolean isProduction(String profile) {
    return ChaosProperties.PRODUCTION.contains(profile.toLowerCase(Locale.ROOT));
  }

  @Bean
  ProviderAround resilientLlmChaosAround(Chaos chaos) {
    return (target, provider) -> ChaosProvider.around(provider, chaos, target);
  }

  /** The actuator's part. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
  static final class Actuator {

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnAvailableEndpoint
    ResilientLlmChaosEndpoint resilientLlmChaosEndpoint(Chaos chaos) {
      return new ResilientLlmChaosEndpoint(chaos);
    }
  }
}
