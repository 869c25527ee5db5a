package io.github.resilientllm.internal.call;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** An exchange as a stream that its caller pulls. */
@SuppressWarnings("IterableAndIterator") // a stream is read once, so it is its own iterator
final class CallStream implements ChatStream, Iterator<ChatEvent> {
  private final Exchange exchange;
  private @Nullable ChatEvent next;
  private @Nullable ChatResponse response;
  private @Nullable LlmException failure;

  CallStream(Exchange exchange) {
    this.exchange = exchange;
  }

  @Override
  public Iterator<ChatEvent> iterator() {
    return this;
  }

  @Override
  public boolean hasNext() {
    if (next == null && response == null && failure == null) {
      try {
        next = exchange.next();
      } catch (LlmException e) {
        failure = e;
        throw e;
      }
      if (next instanceof ChatEvent.Finished finished) {
        response = finished.response();
      }
    }
    return next != null;
  }

  @Override
  public ChatEvent next() {
    ChatEvent event = hasNext() ? next : null;
    if (event == null) {
      throw new NoSuchElementException("The stream has ended");
    }
    next = null;
    return event;
  }

  @Override
  public ChatResponse response() {
    while (hasNext()) {
      next = null;
    }
    if (response == null) {
      throw failure != null
          ? failure
          : new LlmException(ErrorKind.CANCELLED, "the stream was closed before its end");
    }
    return response;
  }

  @Override
  public void close() {
    exchange.cancel();
  }
}
