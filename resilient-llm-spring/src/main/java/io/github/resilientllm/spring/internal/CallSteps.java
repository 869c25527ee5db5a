package io.github.resilientllm.spring.internal;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import java.util.Iterator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The steps of calls where something surrounds them; calls as they are where nothing does.
 *
 * @param surroundings looked up at each call, for they may need what is made later; null for none
 */
record CallSteps(Supplier<@Nullable Surroundings> surroundings) {

  /** A call on this thread. */
  <T> T inOne(Supplier<T> call) {
    return surroundings.get() == null ? call.get() : new CallStep(null).run(call);
  }

  /** A stream that is read in what surrounds this thread, wherever it is read. */
  ChatStream reading(ChatStream stream) {
    Surroundings here = surroundings.get();
    return here == null ? stream : new Read(stream, new CallStep(here.here()));
  }

  /** Steps of a stream. */
  @SuppressWarnings("IterableAndIterator") // a stream is read once, so it is its own iterator
  private record Read(ChatStream stream, CallStep step) implements ChatStream, Iterator<ChatEvent> {

    @Override
    public Iterator<ChatEvent> iterator() {
      return this;
    }

    @Override
    public boolean hasNext() {
      return step.run(() -> stream.iterator().hasNext());
    }

    @Override
    public ChatEvent next() {
      return step.run(() -> stream.iterator().next());
    }

    @Override
    public ChatResponse response() {
      return step.run(stream::response);
    }

    @Override
    public void close() {
      stream.close(); // by any thread, while another one reads
    }
  }
}
