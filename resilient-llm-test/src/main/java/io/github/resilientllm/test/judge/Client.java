package io.github.resilientllm.test.judge;

import io.github.resilientllm.test.Timeline;
import java.util.List;

/** A client under test; of one thread. */
@FunctionalInterface
public interface Client extends AutoCloseable {

  /**
   * Asks, and waits for the end.
   *
   * @param streaming whether the answer is to be streamed; what cannot stream throws an {@link
   *     UnsupportedOperationException}
   * @throws Exception if there is no answer
   */
  Said ask(String question, boolean streaming) throws Exception;

  /** What it says itself of the attempts of its last call, for a timeline; empty if nothing. */
  default List<Timeline.Attempt> attempts() {
    return List.of();
  }

  @Override
  default void close() {}
}
