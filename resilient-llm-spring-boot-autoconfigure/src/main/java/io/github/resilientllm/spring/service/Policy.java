package io.github.resilientllm.spring.service;

import io.github.resilientllm.Conversation;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.internal.LlmScope;
import io.github.resilientllm.spring.internal.Nearest;
import org.jspecify.annotations.Nullable;

/** The policy of a service's calls. The default one gives way to that of the scope. */
record Policy(LlmClients clients, String name, LlmClient client) {

  /**
   * A policy by its name, or the default one if that is empty.
   *
   * @throws io.github.resilientllm.spring.internal.SetupException if there is none of that name
   */
  static Policy of(LlmClients clients, String name, Site site) {
    if (!name.isEmpty() && !clients.policies().contains(name)) {
      throw site.wrong(
          "There is no policy \"" + name + "\".",
          Nearest.advice(name, "policies", clients.policies())
              + " Correct policy, or configure resilient-llm.policies."
              + name
              + ".");
    }
    String policy = name.isEmpty() ? clients.defaultPolicy() : name;
    return new Policy(clients, policy, clients.client(policy));
  }

  /** A conversation by this policy in a scope. */
  Conversation conversation(String id, @Nullable LlmScope scope) {
    String around = scope == null ? null : scope.policy();
    if (around == null || !name.equals(clients.defaultPolicy())) {
      return clients.conversation(name, id);
    }
    return clients.conversation(around, id);
  }

  /** Whether there is a journal to keep conversations. */
  boolean hasJournal() {
    try {
      return clients.conversation(name, "start-up") != null; // a handle, which asks nothing
    } catch (IllegalStateException e) {
      return false;
    }
  }
}
