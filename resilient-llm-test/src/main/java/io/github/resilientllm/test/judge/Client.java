package io.github.resilientllm.test.judge;

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

  @Override
  default void close() {}
}
