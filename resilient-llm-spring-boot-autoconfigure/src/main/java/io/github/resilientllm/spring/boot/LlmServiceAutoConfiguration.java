package io.github.resilientllm.spring.boot;

import io.github.resilientllm.spring.service.ServiceScan;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Makes beans of the {@code @LlmService}s in the application's packages, unless {@code
 * resilient-llm.service.enabled} is false.
 */
@AutoConfiguration
@ConditionalOnProperty(
    prefix = "resilient-llm",
    name = {"enabled", "service.enabled"},
    matchIfMissing = true)
@Import(LlmServiceAutoConfiguration.Packages.class)
public final class LlmServiceAutoConfiguration {

  /** Looks into the application's packages. */
  static final class Packages implements ImportBeanDefinitionRegistrar {
    private final ConfigurableListableBeanFactory beans;
    private final ServiceScan scan;

    Packages(BeanFactory beans, Environment environment, ResourceLoader resources) {
      this.beans = (ConfigurableListableBeanFactory) beans; // by its type Spring injects none
      this.scan = new ServiceScan(this.beans, environment, resources);
    }

    @Override
    public void registerBeanDefinitions(
        AnnotationMetadata importing, BeanDefinitionRegistry registry) {
      if (AutoConfigurationPackages.has(beans)) {
        AutoConfigurationPackages.get(beans).forEach(base -> scan.registerIn(registry, base));
      }
    }
  }
}
