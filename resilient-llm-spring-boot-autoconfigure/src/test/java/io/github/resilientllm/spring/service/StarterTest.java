package io.github.resilientllm.spring.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.resilientllm.spring.service.shop.Shop;
import io.github.resilientllm.spring.service.shop.StarterApp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** Services in an application as {@code main} starts one. */
@ExtendWith(OutputCaptureExtension.class)
class StarterTest {

  private static ConfigurableApplicationContext start(Class<?> source, String... arguments) {
    SpringApplication app = new SpringApplication(source);
    app.setWebApplicationType(WebApplicationType.NONE);
    return app.run(arguments);
  }

  @Test
  void aServiceNeedsNothingButItsInterface() {
    try (ConfigurableApplicationContext app =
        start(
            StarterApp.class,
            "--resilient-llm.policies.main.targets=vendor",
            "--resilient-llm.default-policy=main")) {
      assertThat(app.getBean(Shop.class).sell("shoes")).isEqualTo("by the starter");
    }
  }

  @Test
  void aServiceWithoutModelSaysWhatIsMissing(CapturedOutput console) {
    assertThat(catchThrowable(() -> start(StarterApp.Empty.class).close())).isNotNull();
    assertThat(console)
        .contains(
            "APPLICATION FAILED TO START",
            "There is no model that it could ask.",
            "Set resilient-llm.targets.<name>.provider and .model, or define an LlmProvider bean.");
  }
}
