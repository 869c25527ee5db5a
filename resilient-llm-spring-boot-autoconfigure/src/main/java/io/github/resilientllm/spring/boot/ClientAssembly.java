package io.github.resilientllm.spring.boot;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.chat.CallListener;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.spring.LlmClientCustomizer;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.internal.ClientRegistry;
import io.github.resilientllm.spring.internal.SetupException;
import io.github.resilientllm.spring.internal.Surroundings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the clients of all policies.
 *
 * @param journal null for none
 * @param running counts the calls that run
 * @param listeners those of the application
 * @param surroundings of their calls
 * @param customizers in their order
 * @param fallback of policies that say nothing of it
 */
record ClientAssembly(
    Executor executor,
    @Nullable Journal journal,
    CallListener running,
    LateListeners listeners,
    Supplier<@Nullable Surroundings> surroundings,
    List<LlmClientCustomizer> customizers,
    Fallback fallback) {
  private static final Logger LOG = LoggerFactory.getLogger(ClientAssembly.class);

  /**
   * The clients.
   *
   * @throws SetupException if something is set up wrongly
   */
  LlmClients clients(Targets targets, ResilientLlmProperties properties) {
    Policies policies = new Policies(properties.policies(), targets, fallback);
    String defaultPolicy = policies.defaultPolicy(properties.defaultPolicy());
    Map<String, ResilientLlm> clients = new LinkedHashMap<>();
    policies
        .settings()
        .forEach((name, settings) -> clients.put(name, client(name, settings, targets)));
    clients.forEach((policy, client) -> log(policy, policy.equals(defaultPolicy), client));
    return new ClientRegistry(clients, defaultPolicy, surroundings);
  }

  /** Whom a policy asks, in order: what an application runs on is not to be guessed. */
  private static void log(String policy, boolean isDefault, ResilientLlm client) {
    if (LOG.isInfoEnabled()) {
      String chain =
          client.targets().stream()
              .map(each -> "%s (%s %s)".formatted(each.name(), each.vendor(), each.model()))
              .collect(Collectors.joining(", then "));
      LOG.info("Policy \"{}\"{} asks {}", policy, isDefault ? ", the default one," : "", chain);
    }
  }

  private ResilientLlm client(String policy, PolicySettings settings, Targets targets) {
    List<Target> chain = settings.targets().stream().map(targets::target).toList();
    ResilientLlm.Builder client = ResilientLlm.with(chain.get(0));
    chain.stream().skip(1).forEach(client::fallback);
    settings.configure(client);
    client.policy(policy).executor(executor);
    if (journal != null) {
      client.journal(journal);
    }
    client.listener(running);
    client.listener(listeners.of(policy));
    customizers.forEach(customizer -> customizer.customize(policy, client));
    try {
      return client.build();
    } catch (IllegalArgumentException e) {
      throw new SetupException(
          "The settings of %s contradict each other: %s."
              .formatted(
                  Policies.at(policy), PropertyWords.properties(String.valueOf(e.getMessage()))),
          "Change one of them; a setting that is not there comes from the base policy, from the"
              + " library's defaults or from an LlmClientCustomizer.");
    }
  }
}
