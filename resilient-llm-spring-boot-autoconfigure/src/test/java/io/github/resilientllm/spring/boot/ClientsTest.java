package io.github.resilientllm.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.CallListener;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.spring.CallListenerFactory;
import io.github.resilientllm.spring.Llm;
import io.github.resilientllm.spring.LlmClientCustomizer;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.boot.Apps.Plain;
import io.github.resilientllm.spring.boot.Apps.TwoProviders;
import io.github.resilientllm.spring.internal.ClientRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;

class ClientsTest {

  @Test
  void providerBeansAloneAreTheTargetsOfADefaultClient() {
    try (ConfigurableApplicationContext app = Apps.start(TwoProviders.class)) {
      LlmClients clients = app.getBean(LlmClients.class);
      assertThat(clients.policies()).containsExactly("default");
      assertThat(clients.resilient("default").plan().targets()).containsExactly("first", "second");
      assertThat(app.getBean(LlmClient.class).chat("Hello?").text()).isEqualTo("first");
    }
  }

  @Test
  void anUnqualifiedClientIsTheDefaultPolicysAndAQualifiedOneItsOwn() {
    try (ConfigurableApplicationContext app =
        Apps.start(
            Injected.class,
            "resilient-llm.default-policy=main",
            "resilient-llm.policies.main.targets=first",
            "resilient-llm.policies.support.targets=second")) {
      Injected.Clients clients = app.getBean(Injected.Clients.class);
      assertThat(clients.standard().chat("Hello?").text()).isEqualTo("first");
      assertThat(clients.main().chat("Hello?").text()).isEqualTo("first");
      assertThat(clients.support().chat("Hello?").text()).isEqualTo("second");
    }
  }

  static class Qualified {
    private final LlmClient support;

    Qualified(@Qualifier("support") LlmClient support) {
      this.support = support;
    }

    LlmClient support() {
      return support;
    }
  }

  @Configuration(proxyBeanMethods = false)
  @Import(Qualified.class)
  static class WithQualified extends TwoProviders {}

  @Test
  void springsOwnQualifierNamesAPolicyToo() {
    try (ConfigurableApplicationContext app =
        Apps.start(
            WithQualified.class,
            "resilient-llm.policies.default.targets=first",
            "resilient-llm.policies.support.targets=second")) {
      assertThat(app.getBean(Qualified.class).support().chat("Hello?").text()).isEqualTo("second");
    }
  }

  @Test
  void aTargetNamesABeanAndCorrectsIt() {
    try (ConfigurableApplicationContext app =
        Apps.start(
            TwoProviders.class,
            "resilient-llm.targets.spare.provider=second",
            "resilient-llm.targets.spare.context-window=1000",
            "resilient-llm.targets.spare.concurrency.limit=3",
            "resilient-llm.targets.spare.rate-limit.permits=60",
            "resilient-llm.targets.spare.circuit-breaker.enabled=false")) {
      ChatResponse answer = app.getBean(LlmClient.class).chat("Hello?");
      assertThat(answer.text()).isEqualTo("second");
      assertThat(answer.answeredBy()).isEqualTo("spare");
    }
  }

  @Test
  void customizersChangeAClientInTheirOrder() {
    try (ConfigurableApplicationContext app = Apps.start(Customized.class)) {
      LlmClients clients = app.getBean(LlmClients.class);
      assertThat(clients.resilient("default").plan().targets())
          .containsExactly("first", "second", "one", "two");
      assertThat(clients.resilient("default").plan().maxAttempts()).isEqualTo(4);
    }
  }

  @Test
  void listenersHearAllClientsAndFactoriesKnowWhose() {
    try (ConfigurableApplicationContext app =
        Apps.start(
            Listening.class,
            "resilient-llm.default-policy=main",
            "resilient-llm.policies.main.targets=first",
            "resilient-llm.policies.support.targets=second")) {
      app.getBean(LlmClients.class).client("support").chat("Hello?");
      assertThat(app.getBean(Heard.class).names()).containsExactly("all", "support");
    }
  }

  @Test
  void anApplicationsOwnClientTakesTheDefaultsPlace() {
    try (ConfigurableApplicationContext app =
        Apps.start(OwnClient.class, "resilient-llm.policies.support.targets=second")) {
      assertThat(app.getBean(LlmClient.class).chat("Hello?").text()).isEqualTo("mine");
      assertThat(app.getBean(OwnClient.Support.class).llm().chat("Hello?").text())
          .isEqualTo("second");
    }
  }

  @Test
  void anApplicationsOwnRegistryTakesThePlaceOfAllClients() {
    try (ConfigurableApplicationContext app = Apps.start(OwnRegistry.class)) {
      assertThat(app.getBean(LlmClients.class).policies()).containsExactly("own");
      assertThat(app.getBean(LlmClient.class).chat("Hello?").text()).isEqualTo("mine");
    }
  }

  @Test
  void anApplicationThatConfiguresNothingStartsWithoutClients() {
    try (ConfigurableApplicationContext app = Apps.start(Plain.class)) {
      assertThat(app.getBeanProvider(LlmClients.class).getIfAvailable()).isNull();
      assertThat(app.getBeanProvider(LlmClient.class).getIfAvailable()).isNull();
    }
  }

  @Test
  void switchedOffThereAreNoClients() {
    try (ConfigurableApplicationContext app =
        Apps.start(TwoProviders.class, "resilient-llm.enabled=false")) {
      assertThat(app.getBeanProvider(LlmClients.class).getIfAvailable()).isNull();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Injected extends TwoProviders {
    record Clients(LlmClient standard, LlmClient main, LlmClient support) {}

    @Bean
    Clients clients(
        LlmClient standard, @Llm("main") LlmClient main, @Llm("support") LlmClient support) {
      return new Clients(standard, main, support);
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Customized extends TwoProviders {
    @Bean
    @Order(2)
    LlmClientCustomizer later() {
      return (policy, client) -> client.fallback(Target.of(Apps.saying("two")).named("two"));
    }

    @Bean
    @Order(1)
    LlmClientCustomizer sooner() {
      return (policy, client) ->
          client.fallback(Target.of(Apps.saying("one")).named("one")).retry(Retry.none());
    }
  }

  record Heard(List<String> names) {}

  @Configuration(proxyBeanMethods = false)
  static class Listening extends TwoProviders {
    @Bean
    Heard heard() {
      return new Heard(new CopyOnWriteArrayList<>());
    }

    @Bean
    CallListener all(Heard heard) {
      return event -> hear(heard, "all", event);
    }

    @Bean
    CallListenerFactory each(Heard heard) {
      return policy -> event -> hear(heard, policy, event);
    }

    private static void hear(Heard heard, String name, CallEvent event) {
      if (event instanceof CallEvent.CallStarted) {
        heard.names().add(name);
      }
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnClient extends TwoProviders {
    record Support(LlmClient llm) {}

    @Bean
    LlmClient mine() {
      return request -> ChatResponse.of("mine");
    }

    @Bean
    Support support(@Llm("support") ObjectProvider<LlmClient> llm) {
      return new Support(llm.getObject());
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnRegistry extends TwoProviders {
    @Bean
    LlmClients mine() {
      ResilientLlm client = ResilientLlm.with(Apps.saying("mine")).build();
      return new ClientRegistry(Map.of("own", client), "own");
    }
  }
}
