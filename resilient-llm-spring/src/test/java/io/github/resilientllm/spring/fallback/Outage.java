package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.MemoryJournal;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.internal.ClientRegistry;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Two policies: what the default one's vendor does is scripted, "cheap" answers "cheap". */
final class Outage {
  final ScriptedProvider vendor;
  final ScriptedProvider cheap =
      ScriptedProvider.of("cheap", Time.system(), Script.answer("cheap"));
  private final MemoryJournal journal = new MemoryJournal();

  private Outage(Script... scripts) {
    vendor = ScriptedProvider.of("vendor", Time.system(), scripts);
  }

  /** The vendor follows these scripts in turn, and the last one from then on. */
  static Outage of(Script... scripts) {
    return new Outage(scripts);
  }

  /** The vendor is down. */
  static Outage total() {
    return of(Script.fail(ErrorKind.OVERLOADED));
  }

  /** An application of these beans. */
  ApplicationContextRunner application(Class<?>... beans) {
    return new ApplicationContextRunner()
        .withUserConfiguration(LlmFallbackConfiguration.class)
        .withBean(LlmClients.class, this::clients)
        .withUserConfiguration(Clients.class)
        .withUserConfiguration(beans);
  }

  /** An application of these beans that cannot keep conversations. */
  ApplicationContextRunner applicationWithoutJournal(Class<?>... beans) {
    ResilientLlm client = ResilientLlm.with(vendor).build();
    return new ApplicationContextRunner()
        .withUserConfiguration(LlmFallbackConfiguration.class)
        .withBean(LlmClients.class, () -> new ClientRegistry(Map.of("default", client), "default"))
        .withUserConfiguration(beans);
  }

  private LlmClients clients() {
    Map<String, ResilientLlm> clients = new LinkedHashMap<>();
    clients.put("default", client(vendor));
    clients.put("cheap", client(cheap));
    return new ClientRegistry(clients, "default");
  }

  private ResilientLlm client(ScriptedProvider provider) {
    return ResilientLlm.with(provider).retry(Retry.none()).journal(journal).build();
  }

  @Configuration(proxyBeanMethods = false)
  static class Clients {
    @Bean
    LlmClient llmClient(LlmClients clients) {
      return clients.client();
    }
  }
}
