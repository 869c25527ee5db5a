package io.github.resilientllm.spring.internal;

import io.github.resilientllm.Conversation;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmClients;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A client as it is injected: it serves each call as the {@link LlmScope} around it says, and tells
 * the scope how it failed.
 *
 * <p>The one that is injected without a name follows the scope's policy and conversation. One of a
 * policy's name is of that policy and of no conversation, whether it is the default policy or not.
 * Both end by the scope's deadline.
 */
final class ScopedClient implements LlmClient {
  private final LlmClients clients;
  private final String policy;
  private final boolean followsScope;
  private final CallSteps steps;

  ScopedClient(LlmClients clients, String policy, boolean followsScope, CallSteps steps) {
    this.steps = steps;
    this.clients = clients;
    this.policy = policy;
    this.followsScope = followsScope;
  }

  @Override
  public ChatResponse chat(ChatRequest request) {
    return steps.inOne(() -> answer(request));
  }

  private ChatResponse answer(ChatRequest request) {
    LlmScope scope = LlmScope.current();
    ResilientLlm llm = target(scope);
    if (scope == null) {
      return llm.chat(request);
    }
    try {
      ChatRequest bounded = bounded(request, scope);
      String conversation = conversation(scope);
      if (conversation == null) {
        return llm.chat(bounded);
      }
      NextTurn turn = NextTurn.of(bounded);
      return turn.in(llm.conversation(conversation)).say(turn.message());
    } catch (LlmException e) {
      scope.failed(e, request, conversation(scope));
      throw e;
    }
  }

  @Override
  public CompletableFuture<ChatResponse> chatAsync(ChatRequest request) {
    LlmScope scope = LlmScope.current();
    ResilientLlm llm = target(scope);
    if (scope == null) {
      return llm.chatAsync(request);
    }
    ChatRequest bounded;
    try {
      bounded = bounded(request, scope);
    } catch (LlmException e) {
      scope.failed(e, request, conversation(scope));
      return CompletableFuture.failedFuture(e);
    }
    return DependentFuture.of(
        asking(llm, bounded, conversation(scope)),
        (answer, failure, next) -> {
          if (failure == null) {
            next.complete(answer);
            return;
          }
          scope.failed(failure, request, conversation(scope));
          next.completeExceptionally(failure);
        });
  }

  @Override
  public ChatStream stream(ChatRequest request) {
    LlmScope scope = LlmScope.current();
    ResilientLlm llm = target(scope);
    if (scope == null) {
      return steps.reading(llm.stream(request));
    }
    ChatRequest bounded = bounded(request, scope);
    ChatStream stream;
    String conversation = conversation(scope);
    if (conversation == null) {
      stream = llm.stream(bounded);
    } else {
      NextTurn turn = NextTurn.of(bounded);
      stream = turn.in(llm.conversation(conversation)).stream(turn.message());
    }
    return new WatchedStream(
        steps.reading(stream),
        null,
        (failure, begun) -> {
          scope.failed(failure, request, conversation);
          return null;
        });
  }

  private static CompletableFuture<ChatResponse> asking(
      ResilientLlm llm, ChatRequest request, @Nullable String conversation) {
    if (conversation == null) {
      return llm.chatAsync(request);
    }
    NextTurn turn = NextTurn.of(request);
    Conversation chat = turn.in(llm.conversation(conversation));
    return chat.sayAsync(turn.message());
  }

  private @Nullable String conversation(LlmScope scope) {
    return followsScope ? scope.conversation() : null;
  }

  private ResilientLlm target(@Nullable LlmScope scope) {
    if (scope == null || scope.policy() == null || !followsScope) {
      return clients.resilient(policy);
    }
    return clients.resilient(scope.policy());
  }

  private static ChatRequest bounded(ChatRequest request, LlmScope scope) {
    Duration left = scope.left();
    if (left == null) {
      return request;
    }
    if (request.timeout().isPresent() && request.timeout().get().compareTo(left) <= 0) {
      return request;
    }
    return request.toBuilder().timeout(left).build();
  }

  @Override
  public String toString() {
    return "LlmClient[" + policy + "]";
  }
}
