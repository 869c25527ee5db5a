package io.github.resilientllm.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * An attempt for a whole answer. LangChain4j's model blocks its caller and has no way to be stopped
 * but the interrupt of that thread.
 */
final class WholeCall implements ProviderCall {
  private final ChatModel model;
  private final NativeRequest asked;
  private final TheirFailure failures;
  private final Exchange exchange = new Exchange();

  // Guarded by this object's lock.
  private @Nullable Thread blocked;
  private boolean closed;
  private boolean interrupted; // by us, so that nobody else shall see it

  // Of the thread that reads.
  private final Queue<ChatEvent.Delta> deltas = new ArrayDeque<>();
  private @Nullable Completion completion;

  WholeCall(ChatModel model, NativeRequest asked, TheirFailure failures) {
    this.model = model;
    this.asked = asked;
    this.failures = failures;
  }

  @Override
  public ChatEvent.@Nullable Delta next() throws ProviderException {
    if (completion == null) {
      ChatResponse response = ask();
      if (response == null || response.aiMessage() == null) {
        throw new ProviderException(ErrorKind.MALFORMED_RESPONSE, "the model returned no answer");
      }
      deltas.addAll(TheirAnswer.deltas(response));
      completion = TheirAnswer.completion(response, List.of());
    }
    return deltas.poll();
  }

  @Override
  public Completion completion() {
    if (completion == null || !deltas.isEmpty()) {
      throw new IllegalStateException("The answer has not been read to its end");
    }
    return completion;
  }

  @Override
  public synchronized void close() {
    closed = true;
    // A thread that somebody else has interrupted already needs no second one, and keeps the first.
    if (blocked != null && !interrupted && !blocked.isInterrupted()) {
      interrupted = true;
      blocked.interrupt();
    }
  }

  private ChatResponse ask() throws ProviderException {
    enter();
    Throwable failure;
    try {
      return exchange.here(() -> model.chat(asked.request(), asked.options()));
    } catch (Throwable e) { // a checked one too, from languages that check none
      failure = e;
    } finally {
      leave();
    }
    if (TheirFailure.wasInterrupted(failure)
        && !isInterruptedByUs()) { // its status is the caller's
      Thread.currentThread().interrupt();
    }
    if (isClosed()) {
      throw closed(failure);
    }
    throw failures.of(failure, exchange.headers());
  }

  private synchronized void enter() throws ProviderException {
    if (closed) {
      throw closed(null);
    }
    blocked = Thread.currentThread();
  }

  private synchronized void leave() {
    blocked = null;
    if (interrupted) {
      Thread.interrupted();
    }
  }

  private synchronized boolean isInterruptedByUs() {
    return interrupted;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private static ProviderException closed(@Nullable Throwable failure) {
    return ProviderException.builder(ErrorKind.CANCELLED, "the attempt was closed")
        .cause(failure)
        .build();
  }
}
