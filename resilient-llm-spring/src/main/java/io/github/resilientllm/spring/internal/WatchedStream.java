package io.github.resilientllm.spring.internal;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import java.util.Iterator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A stream that is read in a scope, and of which another one may take the place when it fails. */
@SuppressWarnings("IterableAndIterator") // a stream is read once, so it is its own iterator
public final class WatchedStream implements ChatStream, Iterator<ChatEvent> {

  /** What is done when it fails. */
  @FunctionalInterface
  public interface OnFailure {
    /**
     * Finds the stream that takes its place.
     *
     * @param begun whether the reader has seen an event
     * @return null for none
     */
    @Nullable ChatStream instead(Throwable failure, boolean begun);
  }

  private final @Nullable LlmScope scope;
  private volatile @Nullable OnFailure onFailure; // null once it was asked
  private volatile ChatStream stream;
  private volatile boolean closed;
  private volatile boolean replaced;
  private boolean begun;

  /**
   * Creates a stream.
   *
   * @param scope the scope to read it in; null for the reader's
   */
  public WatchedStream(ChatStream stream, @Nullable LlmScope scope, OnFailure onFailure) {
    this.stream = stream;
    this.scope = scope;
    this.onFailure = onFailure;
  }

  @Override
  public Iterator<ChatEvent> iterator() {
    return this;
  }

  @Override
  public boolean hasNext() {
    return read(now -> now.iterator().hasNext());
  }

  @Override
  public ChatEvent next() {
    ChatEvent event = read(now -> now.iterator().next());
    begun = true;
    return event;
  }

  @Override
  public ChatResponse response() {
    return read(ChatStream::response);
  }

  @Override
  public void close() {
    closed = true;
    if (scope != null) {
      scope.end();
    }
    stream.close();
  }

  private <T> T read(Function<ChatStream, T> step) {
    if (replaced) {
      return step.apply(stream);
    }
    try {
      return inScope(step);
    } catch (RuntimeException | Error failure) {
      OnFailure ask = onFailure;
      if (ask == null) {
        throw failure;
      }
      onFailure = null;
      ChatStream other = ask.instead(failure, begun);
      if (other == null) {
        throw failure;
      }
      takeOver(other);
      return step.apply(other);
    }
  }

  private void takeOver(ChatStream other) {
    ChatStream failed = stream;
    stream = other;
    replaced = true;
    failed.close();
    if (closed) { // by another thread, which may have closed the failed one only
      other.close();
    }
  }

  private <T> T inScope(Function<ChatStream, T> step) {
    if (scope == null) {
      return step.apply(stream);
    }
    LlmScope outer = LlmScope.current();
    LlmScope.set(scope);
    try {
      return step.apply(stream);
    } finally {
      LlmScope.set(outer);
    }
  }
}
