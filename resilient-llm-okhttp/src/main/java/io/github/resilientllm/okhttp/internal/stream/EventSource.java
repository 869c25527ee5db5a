package io.github.resilientllm.okhttp.internal.stream;

import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import java.io.IOException;

/** The events of a stream, one after the other: each is in memory when it is handed out. */
public interface EventSource {

  /**
   * Blocks for the next event; false if no more come.
   *
   * @throws MalformedAnswer if what comes is no event; any other {@code IOException} is of the
   *     connection
   */
  boolean next() throws IOException;

  /** Whether the event was cut by the end of the stream. */
  boolean isUnfinished();

  /** No more events are wanted: gives back what was held for reading them. */
  void end() throws IOException;
}
