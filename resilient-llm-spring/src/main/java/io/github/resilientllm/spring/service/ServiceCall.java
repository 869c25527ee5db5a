package io.github.resilientllm.spring.service;

import io.github.resilientllm.Conversation;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.internal.LlmScope;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One call of a method. It is made in the scope of the thread that asks for its answer, or if that
 * is in none, in the scope that the method was called in.
 */
final class ServiceCall {
  private final Policy policy;
  private final Readers readers;
  private final ServiceMethod asked;
  private final Tools tools;
  private final ServiceMethod.Said said;
  private final @Nullable StandIn lastResort;
  private final @Nullable Object[] arguments;
  private final @Nullable LlmScope calledIn = LlmScope.current();

  ServiceCall(
      Policy policy,
      Readers readers,
      ServiceMethod asked,
      Tools tools,
      @Nullable StandIn lastResort,
      @Nullable Object[] arguments) {
    this.policy = policy;
    this.readers = readers;
    this.asked = asked;
    this.tools = tools;
    this.said = asked.said(arguments);
    this.lastResort = lastResort;
    this.arguments = arguments;
  }

  ChatResponse chat() {
    String id = said.conversation();
    if (id == null && !tools.isEmpty()) {
      LlmClient client = inside(this::client);
      return new ToolRounds(tools).chat(request(), request -> inside(() -> client.chat(request)));
    }
    return inside(() -> id == null ? client().chat(request()) : in(id).say(said.user()));
  }

  CompletableFuture<ChatResponse> chatAsync() {
    String id = said.conversation();
    if (id == null && !tools.isEmpty()) {
      LlmClient client = inside(this::client);
      return new ToolRounds(tools)
          .chatAsync(request(), request -> inside(() -> client.chatAsync(request)));
    }
    return inside(() -> id == null ? client().chatAsync(request()) : in(id).sayAsync(said.user()));
  }

  ChatStream stream() {
    String id = said.conversation();
    return inside(() -> id == null ? client().stream(request()) : in(id).stream(said.user()));
  }

  Readers readers() {
    return readers;
  }

  /** What the coroutine that called a suspend function goes on by. */
  Object continuation() {
    return Objects.requireNonNull(arguments[arguments.length - 1]);
  }

  /** What the caller gets of an answer. */
  Object content(ChatResponse answer) {
    return asked.returned().content().of(answer);
  }

  /** Whether a failure is one that the last resort is asked for. */
  boolean hasLastResort(@Nullable Throwable failure) {
    return lastResort != null
        && failure instanceof LlmException llm
        && llm.kind() != ErrorKind.CANCELLED; // then nobody waits for an answer
  }

  /**
   * What the last resort returns.
   *
   * @throws Throwable the failure itself if there is none for it, or what the last resort throws
   */
  @Nullable Object lastResort(@Nullable Throwable failure) throws Throwable {
    if (failure == null) {
      throw new IllegalStateException("no answer and no failure"); // never
    }
    if (lastResort != null && hasLastResort(failure)) {
      return lastResort.answer(arguments, failure);
    }
    throw failure;
  }

  private LlmClient client() {
    return policy.client(LlmScope.current());
  }

  private ChatRequest request() {
    ChatRequest.Builder request = ChatRequest.builder();
    if (said.system() != null) {
      request.system(said.system());
    }
    fill(request);
    return request.user(said.user()).build();
  }

  private Conversation in(String id) {
    LlmScope scope = LlmScope.current();
    Duration left = scope == null ? null : scope.left();
    Conversation conversation =
        policy
            .conversation(id, scope)
            .asking(
                request -> {
                  fill(request);
                  if (left != null) {
                    request.timeout(left);
                  }
                });
    if (!tools.isEmpty()) {
      conversation = conversation.runningTools(tools::run);
    }
    return said.system() == null ? conversation : conversation.instructed(said.system());
  }

  private void fill(ChatRequest.Builder request) {
    asked.options().accept(request);
    request.responseFormat(asked.returned().content().format()).tools(tools.all());
  }

  private <T> T inside(Supplier<T> ask) {
    if (calledIn == null || LlmScope.current() != null) {
      return ask.get();
    }
    LlmScope.set(calledIn);
    try {
      return ask.get();
    } finally {
      LlmScope.set(null);
    }
  }
}
