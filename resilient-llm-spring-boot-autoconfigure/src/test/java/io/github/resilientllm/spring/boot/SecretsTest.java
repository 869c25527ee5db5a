package io.github.resilientllm.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.spring.boot.Apps.TwoProviders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.actuate.autoconfigure.context.properties.ConfigurationPropertiesReportEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.env.EnvironmentEndpointAutoConfiguration;
import org.springframework.boot.actuate.context.properties.ConfigurationPropertiesReportEndpoint;
import org.springframework.boot.actuate.context.properties.ConfigurationPropertiesReportEndpoint.ConfigurationPropertiesDescriptor;
import org.springframework.boot.actuate.env.EnvironmentEndpoint;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

class SecretsTest {
  private static final String[] PROPERTIES = {
    "resilient-llm.providers.openai.api-key=sk-hush",
    "resilient-llm.providers.openai.headers.X-Token=tok-hush",
    "resilient-llm.providers.openai.base-url=http://localhost:1/v1",
    "resilient-llm.targets.openai.model=gpt-4.1",
    "resilient-llm.policies.default.timeout=42s",
    "management.endpoint.configprops.show-values=always",
    "management.endpoint.env.show-values=always",
    "management.endpoints.jmx.exposure.include=*",
    "spring.jmx.enabled=true"
  };

  @Test
  void noToStringShowsAKeyOrAHeader() {
    try (ConfigurableApplicationContext app = Apps.start(TwoProviders.class, PROPERTIES)) {
      assertThat(app.getBean(ResilientLlmProperties.class).toString())
          .contains("gpt-4.1", "X-Token")
          .doesNotContain("hush");
    }
  }

  @Test
  void noEndpointShowsAKeyOrAHeaderEvenWhereItShowsAllValues() {
    try (ConfigurableApplicationContext app = Apps.start(Actuator.class, PROPERTIES)) {
      ConfigurationPropertiesDescriptor report =
          app.getBean(ConfigurationPropertiesReportEndpoint.class).configurationProperties();
      StringBuilder shown = new StringBuilder();
      report
          .getContexts()
          .values()
          .forEach(
              context ->
                  context
                      .getBeans()
                      .values()
                      .forEach(
                          bean -> shown.append(bean.getProperties()).append(bean.getInputs())));
      assertThat(shown).contains("gpt-4.1", "apiKey", "42s").doesNotContain("hush");

      EnvironmentEndpoint environment = app.getBean(EnvironmentEndpoint.class);
      shown.setLength(0);
      environment
          .environment("resilient-llm.*")
          .getPropertySources()
          .forEach(
              source ->
                  source
                      .getProperties()
                      .forEach((name, value) -> shown.append(name).append(value.getValue())));
      assertThat(shown)
          .contains("resilient-llm.providers.openai.api-key", "42s")
          .doesNotContain("hush");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resilient-llm.providers.openai.api-key",
        "resilient-llm.providers[my.own].apiKey",
        "resilientllm.providers.openai.apikey",
        "RESILIENTLLM_PROVIDERS_OPENAI_APIKEY",
        "RESILIENT_LLM_PROVIDERS_OPENAI_API_KEY",
        "resilient-llm.providers.openai.headers.X-Token",
        "resilient-llm.providers.openai.proxy.password",
        "RESILIENTLLM_PROVIDERS_OPENAI_PROXY_PASSWORD"
      })
  void aSecretIsKnownHoweverItIsSpelt(String key) {
    assertThat(SecretsConfiguration.isSecret(key)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resilient-llm.providers.openai.base-url",
        "resilient-llm.policies.default.timeout"
      })
  void whatIsNoSecretIsShown(String key) {
    assertThat(SecretsConfiguration.isSecret(key)).isFalse();
  }

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration({
    ConfigurationPropertiesReportEndpointAutoConfiguration.class,
    EnvironmentEndpointAutoConfiguration.class,
    SecretsConfiguration.class
  })
  static class Actuator extends TwoProviders {}
}
