package io.github.resilientllm.spring.internal;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.spring.LlmClients;
import java.util.concurrent.CompletableFuture;

/**
 * The client of a policy as it is injected: it serves each call as the {@link LlmScope} around it
 * says.
 *
 * <p>A client that was injected by its policy's name keeps that policy; only the default one
 * follows the annotation's.
 */
final class ScopedClient implements LlmClient {
  private final LlmClients clients;
  private final String policy;
  private final boolean followsScope;

  ScopedClient(LlmClients clients, String policy, boolean followsScope) {
    this.clients = clients;
    this.policy = policy;
    this.followsScope = followsScope;
  }

  @Override
  public ChatResponse chat(ChatRequest request) {
    return target().chat(request);
  }

  @Override
  public CompletableFuture<ChatResponse> chatAsync(ChatRequest request) {
    return target().chatAsync(request);
  }

  @Override
  public ChatStream stream(ChatRequest request) {
    return target().stream(request);
  }

  private ResilientLlm target() {
    LlmScope scope = LlmScope.current();
    if (scope == null || scope.policy() == null || !followsScope) {
      return clients.resilient(policy);
    }
    return clients.resilient(scope.policy());
  }

  @Override
  public String toString() {
    return "LlmClient[" + policy + "]";
  }
}
