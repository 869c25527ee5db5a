package io.github.resilientllm.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.CallListener;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.spring.CallListenerFactory;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.boot.Apps.TwoProviders;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** Listeners that are beans of an application. */
class ListenerBeansTest {

  @Test
  void aListenerMayBeGivenAClient() {
    try (ConfigurableApplicationContext app = Apps.start(Reporting.class)) {
      app.getBean(LlmClient.class).chat("Hello?");
      assertThat(app.getBean(Reporter.class).heard)
          .contains("CallStarted of LlmClient[default]", "CallEnded of LlmClient[default]");
    }
  }

  @Test
  void oneThatThrowsTakesNothingFromTheNext() {
    try (ConfigurableApplicationContext app = Apps.start(Throwing.class)) {
      assertThat(app.getBean(LlmClient.class).chat("Hello?").text()).isEqualTo("first");
      assertThat(app.getBean(Reporter.class).heard).isNotEmpty();
    }
  }

  @Test
  void aCallWhileBeansAreMadeIsHeardToo() {
    try (ConfigurableApplicationContext app = Apps.start(AsksEarly.class)) {
      assertThat(app.getBean(Reporter.class).heard).contains("CallEnded of LlmClient[default]");
    }
  }

  @Test
  void oneThatHearsAllIsToldThePolicyWithEachEvent() {
    try (ConfigurableApplicationContext app = Apps.start(Telling.class, TWO_POLICIES)) {
      app.getBean(LlmClients.class).client("support").chat("Hello?");
      assertThat(app.getBean(Told.class).lines)
          .isNotEmpty()
          .allSatisfy(line -> assertThat(line).endsWith(" of support"));
    }
  }

  @Test
  void aFactoryMakesOneForEachPolicy() {
    try (ConfigurableApplicationContext app = Apps.start(PerPolicy.class, TWO_POLICIES)) {
      app.getBean(LlmClients.class).client("support").chat("Hello?");
      app.getBean(LlmClients.class).client("background").chat("Hello?");
      assertThat(app.getBean(Told.class).lines)
          .containsExactlyInAnyOrder("made for support", "made for background", "support answered");
    }
  }

  private static final String[] TWO_POLICIES = {
    "resilient-llm.default-policy=support",
    "resilient-llm.policies.support.timeout=10s",
    "resilient-llm.policies.background.timeout=1m"
  };

  static final class Told {
    final List<String> lines = new CopyOnWriteArrayList<>();
  }

  @Configuration(proxyBeanMethods = false)
  static class Telling extends TwoProviders {
    @Bean
    Told told() {
      return new Told();
    }

    @Bean
    CallListener all(Told told) {
      return event ->
          told.lines.add(event.getClass().getSimpleName() + " of " + event.policy().orElse("?"));
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class PerPolicy extends TwoProviders {
    @Bean
    Told told() {
      return new Told();
    }

    @Bean
    CallListenerFactory ofSupport(Told told) {
      return policy -> {
        told.lines.add("made for " + policy);
        return event -> {
          if (event instanceof CallEvent.CallEnded && policy.equals("support")) {
            told.lines.add("support answered");
          }
        };
      };
    }
  }

  static final class Reporter implements CallListener {
    final List<String> heard = new CopyOnWriteArrayList<>();
    private final LlmClient llm;

    Reporter(LlmClient llm) {
      this.llm = llm;
    }

    @Override
    public void on(CallEvent event) {
      heard.add(event.getClass().getSimpleName() + " of " + llm);
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Reporting extends TwoProviders {
    @Bean
    @Order(2)
    Reporter reporter(LlmClient llm) {
      return new Reporter(llm);
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Throwing extends Reporting {
    @Bean
    @Order(1)
    CallListener broken() {
      return event -> {
        throw new IllegalStateException("broken");
      };
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class AsksEarly extends Reporting {
    @Bean
    String greeting(LlmClients clients) {
      return clients.client().chat("Hello?").text();
    }
  }
}
