package io.github.resilientllm.testing;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The three ways to make the same call, so that one test shows one thing for all of them. */
public enum Face {
  /** {@link LlmClient#chat(ChatRequest)}. */
  BLOCKING,
  /** {@link LlmClient#chatAsync(ChatRequest)}. */
  ASYNC,
  /** {@link LlmClient#stream(ChatRequest)}. */
  STREAM;

  /**
   * How a call ended.
   *
   * @param response the answer; null if it failed
   * @param failure why it failed; null if it answered
   * @param events what a stream's reader saw; empty for the other faces
   */
  public record End(
      @Nullable ChatResponse response, @Nullable LlmException failure, List<ChatEvent> events) {

    /** The text of the answer; fails if there is none. */
    public String text() {
      if (response == null) {
        throw new AssertionError("No answer", failure);
      }
      return response.text();
    }

    /** The failure; fails if there is none. */
    public LlmException error() {
      if (failure == null) {
        throw new AssertionError("Answered: " + response);
      }
      return failure;
    }
  }

  /** Makes a call and waits for its end in the given time. */
  public End call(LlmClient llm, ChatRequest request, Time time) {
    return switch (this) {
      case BLOCKING -> end(() -> llm.chat(request), List.of());
      case ASYNC -> await(llm.chatAsync(request), time);
      case STREAM -> read(llm.stream(request));
    };
  }

  /** Asks a question and waits for its end. */
  public End call(LlmClient llm, Time time) {
    return call(llm, ChatRequest.of("How long does delivery take?"), time);
  }

  /** Waits for a future in the given time. */
  public static End await(CompletableFuture<ChatResponse> future, Time time) {
    Thread me = Thread.currentThread();
    CompletableFuture<?> unused = future.whenComplete((r, e) -> time.unpark(me));
    while (!future.isDone()) {
      time.park(Time.NEVER);
    }
    return end(
        () -> {
          try {
            return future.join();
          } catch (CompletionException e) {
            if (e.getCause() instanceof LlmException failure) {
              throw failure;
            }
            throw e;
          }
        },
        List.of());
  }

  private static End read(ChatStream stream) {
    List<ChatEvent> events = new ArrayList<>();
    try (stream) {
      return end(
          () -> {
            for (ChatEvent event : stream) {
              events.add(event);
            }
            return stream.response();
          },
          events);
    }
  }

  private static End end(Supplier<ChatResponse> call, List<ChatEvent> events) {
    try {
      return new End(call.get(), null, events);
    } catch (LlmException e) {
      return new End(null, e, events);
    }
  }
}
