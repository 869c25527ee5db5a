package io.github.resilientllm.spring.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.spring.boot.ResilientLlmAutoConfiguration;
import io.github.resilientllm.test.Vendor;
import io.github.resilientllm.test.chaos.Chaos;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Faults on purpose, switched by the actuator. */
class ChaosEndpointTest {
  private static final String ON = "resilient-llm.chaos.enabled=true";
  private static final String EXPOSED =
      "management.endpoints.web.exposure.include=resilientllmchaos";
  private static final String PROD = "spring.profiles.active=prod";

  private final Vendor openai = Vendor.start("openai");
  private final Vendor other = Vendor.start("other");

  @AfterEach
  void close() {
    openai.close();
    other.close();
  }

  private ApplicationContextRunner app(String... properties) {
    return new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                ResilientLlmAutoConfiguration.class, ChaosAutoConfiguration.class))
        .withPropertyValues(
            "resilient-llm.providers.openai.base-url=" + openai.baseUrl(),
            "resilient-llm.providers.openai.api-key=not-a-secret",
            "resilient-llm.providers.other.type=openai",
            "resilient-llm.providers.other.base-url=" + other.baseUrl(),
            "resilient-llm.providers.other.api-key=not-a-secret",
            "resilient-llm.targets.gpt.provider=openai",
            "resilient-llm.targets.gpt.model=gpt-4.1-mini",
            "resilient-llm.targets.spare.provider=other",
            "resilient-llm.targets.spare.model=gpt-4.1-nano",
            "resilient-llm.policies.support.targets=gpt,spare",
            "resilient-llm.default-policy=support")
        .withPropertyValues(properties);
  }

  @Test
  void itIsOffUntilTwoPropertiesWantIt() {
    app().run(context -> assertThat(context).doesNotHaveBean(Chaos.class));
    app(EXPOSED).run(context -> assertThat(context).doesNotHaveBean(Chaos.class));
    app(ON).run(context -> assertThat(context).doesNotHaveBean(ResilientLlmChaosEndpoint.class));
    app("resilient-llm.chaos.enabled=false", EXPOSED)
        .run(context -> assertThat(context).doesNotHaveBean(Chaos.class));
  }

  @Test
  void itStrikesTheTargetThatIsNamedAndStops() {
    app(ON, EXPOSED)
        .run(
            context -> {
              LlmClient llm = context.getBean(LlmClient.class);
              ResilientLlmChaosEndpoint endpoint = context.getBean(ResilientLlmChaosEndpoint.class);
              assertThat(endpoint.state()).containsExactly(Map.entry("on", false));
              assertThat(llm.chat("Hello?").text()).isEqualTo(openai.answer());

              assertThat(endpoint.strike("overloaded", 1, "10m", "gpt"))
                  .containsEntry("on", true)
                  .containsKey("until");
              assertThat(llm.chat("Hello?").text()).isEqualTo(other.answer());
              assertThat(openai.requests()).hasSize(1); // nothing reached it

              assertThat(endpoint.strike("overloaded", 1, "10m", "nobody")).isNotEmpty();
              assertThat(endpoint.stop()).containsEntry("on", false);
            });
  }

  @Test
  void itIsRefusedInProductionUnlessItIsSaidTwice() {
    app(ON, EXPOSED, PROD)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("the profile \"prod\" is active"));
    app(ON, EXPOSED, PROD, "resilient-llm.chaos.also-in=prod")
        .run(context -> assertThat(context).hasSingleBean(ResilientLlmChaosEndpoint.class));
    app(EXPOSED, PROD).run(context -> assertThat(context).hasNotFailed());
  }

  @Test
  void aMistakeIsABadRequest() {
    ResilientLlmChaosEndpoint endpoint = new ResilientLlmChaosEndpoint(new Chaos());
    assertThatThrownBy(() -> endpoint.strike("tired", 1, "10m", null))
        .isInstanceOf(InvalidEndpointRequestException.class);
    assertThatThrownBy(() -> endpoint.strike("OVERLOADED", 1, "2h", null))
        .isInstanceOf(InvalidEndpointRequestException.class)
        .hasMessageContaining("PT2H");
    assertThatThrownBy(() -> endpoint.strike("OVERLOADED", 0, "10m", null))
        .isInstanceOf(InvalidEndpointRequestException.class);
    assertThatThrownBy(() -> endpoint.strike("OVERLOADED", 1, "soon", null))
        .isInstanceOf(InvalidEndpointRequestException.class)
        .hasMessageContaining("soon");
  }

  @Test
  void withoutTheKitThereIsNoneWhateverIsSet() {
    app(ON, EXPOSED)
        .withClassLoader(new FilteredClassLoader(Chaos.class))
        .run(context -> assertThat(context).hasNotFailed());
  }
}
