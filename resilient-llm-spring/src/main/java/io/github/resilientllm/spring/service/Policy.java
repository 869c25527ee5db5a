package io.github.resilientllm.spring.service;

import io.github.resilientllm.Conversation;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.internal.LlmScope;
import io.github.resilientllm.spring.internal.Names;
import io.github.resilientllm.spring.internal.Nearest;
import org.jspecify.annotations.Nullable;

/**
 * The policy of a service's calls. One that names none follows that of the scope, and is in no
 * conversation but that of an id.
 *
 * @param name null if the service names none
 */
record Policy(LlmClients clients, @Nullable String name) {

  /**
   * A policy by its name, or none if that is empty.
   *
   * @throws io.github.resilientllm.spring.internal.SetupException if there is none of that name
   */
  static Policy of(LlmClients clients, String name, Site site) {
    if (name.isEmpty()) {
      return new Policy(clients, null);
    }
    return Names.find(name, clients.policies())
        .map(known -> new Policy(clients, known))
        .orElseThrow(
            () ->
                site.wrong(
                    "There is no policy \"" + name + "\".",
                    Nearest.advice(name, "policies", clients.policies())
                        + " Correct policy, or configure resilient-llm.policies."
                        + name
                        + "."));
  }

  /** The client for a call in a scope. */
  LlmClient client(@Nullable LlmScope scope) {
    return clients.client(nameIn(scope));
  }

  /** A conversation by this policy in a scope. */
  Conversation conversation(String id, @Nullable LlmScope scope) {
    return clients.conversation(nameIn(scope), id);
  }

  private String nameIn(@Nullable LlmScope scope) {
    if (name != null) {
      return name;
    }
    return scope == null || scope.policy() == null ? clients.defaultPolicy() : scope.policy();
  }

  /** Whether there is a journal to keep conversations. */
  boolean hasJournal() {
    try {
      return conversation("start-up", null) != null; // a handle, which asks nothing
    } catch (IllegalStateException e) {
      return false;
    }
  }
}
