package io.github.resilientllm.spring;

import io.github.resilientllm.Outbox;
import io.github.resilientllm.Work;
import io.github.resilientllm.outbox.OutboxItem;

/**
 * The application's outbox, whose answers go to its {@link LlmHandler @LlmHandler} methods. It is
 * started with the application and closed with it. Safe for several threads.
 *
 * <p>Spring Boot makes one where {@code resilient-llm.outbox.*} says where work is kept; an
 * application without it declares {@code HandledOutbox.of(beans, Outbox.with(llm).store(...))} as a
 * bean.
 */
public interface LlmOutbox {

  /**
   * Keeps work, and waits until it is kept. If the store is in the database of the transaction that
   * this thread is in, the work is part of it: it is asked after the commit, and never if there is
   * none. A store in files keeps it at once, whatever becomes of a transaction.
   *
   * @return the item; the one that is there if one with its key was submitted before
   * @throws io.github.resilientllm.outbox.OutboxException {@code FULL}, {@code TOO_LARGE} or what
   *     else the store says
   * @throws IllegalArgumentException if it has no handler, or one that is not there
   */
  OutboxItem submit(Work work);

  /** All else that can be done with it. */
  Outbox outbox();
}
