package io.github.resilientllm.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** Small applications, started as {@code main} starts one. */
final class Apps {
  private Apps() {}

  /** One with nothing of its own. */
  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration({
    SslAutoConfiguration.class,
    TaskExecutionAutoConfiguration.class,
    ResilientLlmAutoConfiguration.class
  })
  static class Plain {}

  /** One with two providers of its own, {@code first} and {@code second}, that answer so. */
  @Configuration(proxyBeanMethods = false)
  static class TwoProviders extends Plain {
    @Bean
    @Order(1)
    LlmProvider first() {
      return saying("first");
    }

    @Bean
    @Order(2)
    LlmProvider second() {
      return saying("second");
    }
  }

  static ScriptedProvider saying(String text) {
    return new ScriptedProvider(text, Time.system(), attempt -> Script.answer(text));
  }

  /** Starts an application with properties such as {@code resilient-llm.enabled=true}. */
  static ConfigurableApplicationContext start(Class<?> app, String... properties) {
    SpringApplication application = new SpringApplication(app, Plain.class);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.setAdditionalProfiles("test");
    List<String> arguments = new ArrayList<>();
    arguments.add("--spring.main.banner-mode=off");
    Arrays.stream(properties).map(property -> "--" + property).forEach(arguments::add);
    return application.run(arguments.toArray(String[]::new));
  }

  /** What a person reads on the console of an application that does not start. */
  static String failure(CapturedOutput console, Class<?> app, String... properties) {
    Throwable thrown = catchThrowable(() -> start(app, properties).close());
    assertThat(thrown).as("starts").isNotNull();
    String all = console.getAll();
    int report = all.lastIndexOf("APPLICATION FAILED TO START");
    assertThat(report).as(all).isNotNegative();
    return all.substring(report);
  }
}
