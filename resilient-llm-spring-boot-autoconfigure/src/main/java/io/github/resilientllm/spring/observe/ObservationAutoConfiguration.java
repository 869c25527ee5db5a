package io.github.resilientllm.spring.observe;

import io.github.resilientllm.spring.CallListenerFactory;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmObservationConvention;
import io.github.resilientllm.spring.internal.Surroundings;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.ResourceLoader;

/** Auto-configures an observation of each call: a span, and a timer of the same. */
@AutoConfiguration(
    afterName = {
      "io.github.resilientllm.spring.boot.ResilientLlmAutoConfiguration",
      "org.springframework.boot.actuate.autoconfigure.observation.ObservationAutoConfiguration",
      "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration"
    })
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean({ObservationRegistry.class, LlmClients.class})
@EnableConfigurationProperties(ObservabilityProperties.class)
public final class ObservationAutoConfiguration {
  /** Where the conventions' metrics are somebody else's; the span says the same. */
  private static final String OWN_NAME = "resilient.llm.call";

  @Bean
  @ConditionalOnMissingBean
  LlmObservationConvention resilientLlmObservationConvention(
      ObservabilityProperties properties, ResourceLoader resources) {
    return properties.emitsGenAi(MetricsAutoConfiguration.classes(resources))
        ? new LlmObservationConvention()
        : new LlmObservationConvention(OWN_NAME);
  }

  @Bean
  Surroundings resilientLlmSurroundings(ObservationRegistry registry) {
    return new ObservedSurroundings(registry);
  }

  @Bean
  CallListenerFactory resilientLlmObservations(
      ObservationRegistry registry,
      LlmObservationConvention convention,
      ObservabilityProperties properties,
      ObjectProvider<LlmClients> clients) {
    CallerTags tags = new CallerTags(properties.tags());
    return policy ->
        new ObservationListener(
            new PolicyTargets(policy, clients::getObject), convention, registry, tags);
  }
}
