package io.github.resilientllm.chat;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A stream over an answer that arrives at once. */
@SuppressWarnings("IterableAndIterator") // a stream is read once, so it is its own iterator
final class WholeAnswerStream implements ChatStream, Iterator<ChatEvent> {
  private final Supplier<ChatResponse> answer;
  private final Queue<ChatEvent> events = new ArrayDeque<>();
  private @Nullable ChatResponse response;
  private volatile boolean closed;
  private boolean failed;

  WholeAnswerStream(Supplier<ChatResponse> answer) {
    this.answer = answer;
  }

  @Override
  public Iterator<ChatEvent> iterator() {
    return this;
  }

  @Override
  public boolean hasNext() {
    if (failed) {
      return false;
    }
    response();
    return !events.isEmpty();
  }

  @Override
  public ChatEvent next() {
    if (!hasNext()) {
      throw new NoSuchElementException("The stream has ended");
    }
    return events.remove();
  }

  @Override
  public ChatResponse response() {
    if (response == null) {
      if (closed) {
        failed = true;
        throw new LlmException(ErrorKind.CANCELLED, "the stream was closed before its end");
      }
      failed = true; // until the answer is here
      ChatResponse whole = answer.get();
      failed = false;
      if (!whole.text().isEmpty()) {
        events.add(new ChatEvent.TextDelta(whole.text()));
      }
      int index = 0;
      for (ToolCall call : whole.toolCalls()) {
        events.add(
            new ChatEvent.ToolCallDelta(
                index++, call.id(), call.name(), call.arguments(), call.vendorData().orElse(null)));
      }
      events.add(new ChatEvent.Finished(whole));
      response = whole;
    }
    return response;
  }

  @Override
  public void close() {
    closed = true;
  }
}
