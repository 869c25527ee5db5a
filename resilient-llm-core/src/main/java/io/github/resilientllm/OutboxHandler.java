package io.github.resilientllm;

/**
 * Takes the answers to an outbox's items.
 *
 * <p>It is called at least once for each answer: again when it threw, and when the process ended
 * before it could be noted that it had returned. {@link Delivery#key} is the same each time, so
 * that it can tell. Several threads call it.
 */
@FunctionalInterface
public interface OutboxHandler {

  /**
   * Takes an answer. When it returns, the item is done.
   *
   * @throws Exception to be called again later, without the model being asked again; after {@link
   *     io.github.resilientllm.policy.Draining#handlings} times the item is given up
   */
  void handle(Delivery delivery) throws Exception;
}
