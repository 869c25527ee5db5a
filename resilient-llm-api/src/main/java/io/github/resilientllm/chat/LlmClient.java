package io.github.resilientllm.chat;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A client for chat completions that ends every call once: with an answer, or with one {@link
 * LlmException}.
 *
 * <p>This is the type to inject and to pass around. {@code ResilientLlm} implements it with
 * retries, hedges and fallbacks; a test replaces it with a lambda:
 *
 * <pre>{@code
 * LlmClient fake = request -> ChatResponse.of("It is on its way.");
 * }</pre>
 *
 * <p>Implementations are safe for use by several threads. The default methods derive the other
 * forms of a call from {@link #chat(ChatRequest)}; an implementation that can cancel, or that can
 * deliver text as it is written, overrides them.
 */
@FunctionalInterface
public interface LlmClient {

  /**
   * Sends the request and waits for the whole answer.
   *
   * @return the answer, complete or cut by the model's own limits; see {@link
   *     ChatResponse#finishReason()}
   * @throws LlmException when no target answered; interrupting the waiting thread ends the call
   *     with {@link ErrorKind#CANCELLED} and leaves the thread's interrupt status set
   */
  ChatResponse chat(ChatRequest request);

  /**
   * Asks one question without a system prompt; the same as {@code chat(ChatRequest.of(question))}.
   */
  default ChatResponse chat(String question) {
    return chat(ChatRequest.of(question));
  }

  /**
   * Sends the request without blocking the caller.
   *
   * @return a future that completes with the answer or exceptionally with an {@link LlmException}.
   *     {@code ResilientLlm} ends the call on the wire when the future is cancelled; this default,
   *     which runs {@link #chat(ChatRequest)} on the common pool, cannot
   */
  default CompletableFuture<ChatResponse> chatAsync(ChatRequest request) {
    return CompletableFuture.supplyAsync(() -> chat(request));
  }

  /**
   * Opens a stream of the answer as it is written.
   *
   * <p>Nothing is sent before the first event is asked for. The default waits for the whole answer
   * and then delivers it in one piece.
   *
   * @return a stream that must be closed; closing it early ends the call on the wire
   */
  default ChatStream stream(ChatRequest request) {
    return ChatStream.of(() -> chat(request));
  }

  /** Opens a stream of the answer to one question. */
  default ChatStream stream(String question) {
    return stream(ChatRequest.of(question));
  }

  /** Continues a history the caller keeps; the same as {@code chat(ChatRequest.of(messages))}. */
  default ChatResponse chat(List<Message> messages) {
    return chat(ChatRequest.of(messages));
  }
}
