package io.github.resilientllm.spring.observe;

import static io.github.resilientllm.testing.Script.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.testing.ScriptedProvider;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application that has the actuator and says nothing of being observed. */
class ObservedApplicationTest {

  @Test
  void itIsObservedInAllWays(@TempDir Path journal) {
    try (ConfigurableApplicationContext app = start(journal)) {
      app.getBean(LlmClients.class).conversation("ticket-4711").say("q");
      MeterRegistry meters = app.getBean(MeterRegistry.class);
      assertThat(meters.get("resilient.llm.operation").tag("policy", "default").timer().count())
          .isEqualTo(1);
      assertThat(meters.get("gen_ai.client.operation.duration").timer().count()).isEqualTo(1);
      assertThat(meters.get("resilient.llm.circuitbreaker.state").gauges()).hasSize(3);
      assertThat(
              meters
                  .get("resilient.llm.journal.append")
                  .tags("journal", "FileJournal", "entry", "answered")
                  .timer()
                  .count())
          .isEqualTo(1);
      assertThat(app.getBean(ResilientLlmEndpoint.class).policies()).containsKey("policies");
      assertThat(app.getBean(EventLog.class).all()).isNotEmpty();
      assertThat(app.containsBean("resilientLlmHealthIndicator")).isTrue();
    }
  }

  @Test
  void anAnswerOfALastResortIsSeen(@TempDir Path journal) {
    try (ConfigurableApplicationContext app = start(journal)) {
      Outages outages = app.getBean(Outages.class);
      assertThat(outages.answer()).isEqualTo("offline");
      assertThat(catchThrowable(outages::fail)).isInstanceOf(IllegalStateException.class);
      MeterRegistry meters = app.getBean(MeterRegistry.class);
      assertThat(
              meters
                  .get("resilient.llm.last.resort")
                  .tags("method", "Outages.answer", "outcome", "success")
                  .tags("error.type", "overloaded")
                  .counter()
                  .count())
          .isEqualTo(1);
      assertThat(
              meters
                  .get("resilient.llm.last.resort")
                  .tags("method", "Outages.fail", "outcome", "failure", "error.type", "other")
                  .counter()
                  .count())
          .isEqualTo(1);
    }
  }

  static class Outages {
    @LlmFallback(method = "offline")
    public String answer() {
      throw new LlmException(ErrorKind.OVERLOADED, "x");
    }

    String offline() {
      return "offline";
    }

    @LlmFallback(method = "failing", applyOn = RuntimeException.class)
    public String fail() {
      throw new IllegalStateException("x");
    }

    String failing(IllegalStateException failure) {
      throw failure;
    }
  }

  @Test
  void itIsNotIfThereAreNoClients(@TempDir Path journal) {
    try (ConfigurableApplicationContext app = start(journal, "--resilient-llm.enabled=false")) {
      assertThat(app.containsBean("resilientLlmHealthIndicator")).isFalse();
      assertThat(app.getBeansOfType(ResilientLlmEndpoint.class)).isEmpty();
      assertThat(app.getBeansOfType(BreakerMeters.class)).isEmpty();
    }
  }

  private static ConfigurableApplicationContext start(Path journal, String... more) {
    SpringApplication application = new SpringApplication(App.class);
    application.setWebApplicationType(WebApplicationType.NONE);
    String[] arguments = {
      "--spring.main.banner-mode=off",
      "--spring.jmx.enabled=true",
      "--management.endpoints.jmx.exposure.include=resilientllm,resilientllmevents",
      "--resilient-llm.targets.desk.provider=vendor",
      "--resilient-llm.journal.directory=" + journal
    };
    String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return application.run(all);
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class App {
    @Bean
    Outages outages() {
      return new Outages();
    }

    @Bean
    LlmProvider vendor() {
      return ScriptedProvider.of("vendor", Time.system(), answer("hello"));
    }
  }
}
