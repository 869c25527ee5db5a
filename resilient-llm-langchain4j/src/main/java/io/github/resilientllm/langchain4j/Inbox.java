package io.github.resilientllm.langchain4j;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingHandle;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What a model has pushed and nobody has read yet.
 *
 * <p>Whoever pushes never waits here: it may be an event loop that serves others, or the very
 * thread that is to read. So what is not read is held, up to a bound that no answer of a model
 * comes near. The first end counts: LangChain4j 1.19 can tell an error and then a complete answer.
 */
final class Inbox {
  /** Characters, and as many again for each object: more than ten million tokens. */
  private static final long MOST = 32 << 20;

  private static final int OBJECT = 64;

  /**
   * So long nobody wakes who has just read: in a quick stream to wake a thread for each piece takes
   * longer than to make the pieces.
   */
  private static final long NAP_MILLIS = 1;

  private final TheirFailure failures;
  private final Exchange exchange;
  private final boolean reasonless;

  // Guarded by this object's lock.
  private final Queue<ChatEvent.Delta> unread = new ArrayDeque<>();
  private final List<Object> held = new ArrayList<>(); // pieces that say nothing
  private long size;
  private boolean spoken;
  private boolean fed; // a piece has been read
  private boolean napping;
  private @Nullable Completion completion;
  private @Nullable ProviderException failure;
  private boolean closed;
  private @Nullable StreamingHandle handle;
  private boolean cancelled;

  /**
   * An empty one.
   *
   * @param exchange what is known of the one whose pieces come here
   * @param reasonless whether an end without a finish reason is a good one
   */
  Inbox(TheirFailure failures, Exchange exchange, boolean reasonless) {
    this.failures = failures;
    this.exchange = exchange;
    this.reasonless = reasonless;
  }

  /** The next content; null when the answer is complete. Blocks. */
  ChatEvent.@Nullable Delta next() throws ProviderException {
    try {
      return await();
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw ProviderException.builder(ErrorKind.CANCELLED, "interrupted").cause(e).build();
    }
  }

  synchronized Completion completion() {
    if (completion == null || !unread.isEmpty()) {
      throw new IllegalStateException("The answer has not been read to its end");
    }
    return completion;
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** How to end the exchange, which the model gives with each piece. */
  void cancelBy(@Nullable StreamingHandle given) {
    synchronized (this) {
      handle = given;
    }
    cancelIfClosed();
  }

  /** A piece with content. */
  synchronized void put(Object piece, ChatEvent.Delta meaning) {
    if (isOver()) {
      return;
    }
    List<Object> pieces = new ArrayList<>(held);
    pieces.add(piece);
    held.clear();
    unread.add(new ChatEvent.NativeDelta(pieces, List.of(meaning)));
    spoken = true;
    grow(meaning);
    if (!napping) {
      notifyAll();
    }
  }

  /** A piece without content, which goes with the next one that has some. */
  synchronized void hold(Object piece) {
    if (isOver()) {
      return;
    }
    held.add(piece);
    size += OBJECT;
    check();
  }

  synchronized void complete(@Nullable ChatResponse response) {
    if (isOver()) {
      return;
    }
    if (response == null || response.aiMessage() == null) {
      failure = new ProviderException(ErrorKind.MALFORMED_RESPONSE, "the model gave no answer");
    } else if (response.finishReason() == null && !reasonless) {
      failure =
          new ProviderException(
              ErrorKind.STREAM_TRUNCATED, "the stream ended without a finish reason");
    } else {
      if (!spoken) { // by a model that tells no pieces
        unread.addAll(TheirAnswer.deltas(response));
      }
      completion = TheirAnswer.completion(response, held);
    }
    notifyAll();
  }

  synchronized void fail(@Nullable Throwable cause) {
    if (isOver()) {
      return;
    }
    failure =
        failures.of(
            cause == null ? new IllegalStateException("no cause told") : cause, exchange.headers());
    notifyAll();
  }

  /** Ends the exchange, and whoever waits here. */
  void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    cancelIfClosed();
  }

  private synchronized ChatEvent.@Nullable Delta await()
      throws ProviderException, InterruptedException {
    napping = fed;
    while (nothingYet()) {
      wait(napping ? NAP_MILLIS : 0); // 0: until somebody wakes us
      napping = false;
    }
    fed = true;
    if (closed) {
      throw new ProviderException(ErrorKind.CANCELLED, "the attempt was closed");
    }
    ChatEvent.Delta piece = unread.poll();
    if (piece == null && failure != null) {
      throw failure;
    }
    return piece;
  }

  private boolean nothingYet() {
    return !closed && unread.isEmpty() && completion == null && failure == null;
  }

  private boolean isOver() {
    return closed || completion != null || failure != null;
  }

  private void grow(ChatEvent.Delta meaning) {
    size += OBJECT + Restarts.textOf(meaning).length();
    if (meaning instanceof ChatEvent.ReasoningDelta thought) {
      size += thought.text().length();
    } else if (meaning instanceof ChatEvent.ToolCallDelta call) {
      size += call.arguments().length();
    }
    check();
  }

  private void check() {
    if (size > MOST) {
      failure =
          new ProviderException(
              ErrorKind.MALFORMED_RESPONSE, "the answer is longer than " + MOST + " characters");
      notifyAll();
    }
  }

  private void cancelIfClosed() {
    StreamingHandle open;
    synchronized (this) {
      open = closed && !cancelled ? handle : null;
      cancelled |= open != null;
    }
    if (open == null) {
      return;
    }
    try {
      open.cancel();
    } catch (RuntimeException | Error e) {
      LoggerFactory.getLogger(Inbox.class)
          .warn("Cancelling a stream of LangChain4j's failed: {}", e.getClass().getName());
    }
  }
}
