package io.github.resilientllm.okhttp.internal.stream;

import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;

/**
 * How a vendor's events become its answer.
 *
 * @param <E> where the events come from, which also shows the one that is to be read
 */
public interface EventReader<E extends EventSource> {

  /** The terminal marker, which a stream must not end before, for the message. */
  String marker();

  /** Whether nothing follows the marker, so that nothing more is waited for. */
  default boolean isMarkerLast() {
    return false;
  }

  /** Reads the event, which is in memory, into the answer. */
  void read(E event) throws IOException, ProviderException;

  /** Throws what stands against the answer when no more events come. */
  default void atEnd(E events) throws ProviderException {}
}
