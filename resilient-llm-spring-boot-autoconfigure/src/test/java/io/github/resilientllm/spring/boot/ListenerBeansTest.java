package io.github.resilientllm.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.CallListener;
import io.github.resilientllm.chat.LlmClient;
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
