package io.github.resilientllm.spring.service;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.spring.internal.DependentFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Asks until the model calls no more tools, outside of a conversation, which does so itself. */
record ToolRounds(Tools tools) {
  private static final int MOST = 16; // as a conversation by default

  /** The answer that calls no more. */
  ChatResponse chat(ChatRequest first, Function<ChatRequest, ChatResponse> ask) {
    ChatRequest request = first;
    for (int round = 0; round <= MOST; round++) {
      ChatResponse answer = ask.apply(request);
      if (answer.toolCalls().isEmpty()) {
        return answer;
      }
      request = after(request, answer);
    }
    throw endless();
  }

  /** The same later; cancelling it cancels the call that runs. */
  CompletableFuture<ChatResponse> chatAsync(
      ChatRequest request, Function<ChatRequest, CompletableFuture<ChatResponse>> ask) {
    return chatAsync(request, ask, 0);
  }

  private CompletableFuture<ChatResponse> chatAsync(
      ChatRequest request, Function<ChatRequest, CompletableFuture<ChatResponse>> ask, int round) {
    return DependentFuture.of(
        ask.apply(request),
        (answer, failure, next) -> {
          if (answer == null) {
            next.completeExceptionally(failure);
          } else if (answer.toolCalls().isEmpty()) {
            next.complete(answer);
          } else if (round == MOST) {
            next.completeExceptionally(endless());
          } else {
            ((DependentFuture<ChatResponse>) next)
                .follow(chatAsync(after(request, answer), ask, round + 1));
          }
        });
  }

  private ChatRequest after(ChatRequest request, ChatResponse answer) {
    List<Message> history = new ArrayList<>(request.messages());
    history.add(answer.message());
    history.add(
        Message.tool(answer.toolCalls().stream().map(tools::run).toArray(ToolResult[]::new)));
    return request.withMessages(history);
  }

  private static LlmException endless() {
    return new LlmException(
        ErrorKind.LIMIT_EXCEEDED, "the model called tools more than " + MOST + " times in a row");
  }
}
