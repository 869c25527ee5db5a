package io.github.resilientllm.spring.outbox;

import io.github.resilientllm.Delivery;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A bean that hears what is submitted to the outbox and how its handlers fare. */
public interface OutboxListener {

  /** Work for a handler was kept. */
  void submitted(String handler);

  /**
   * A handler was called.
   *
   * @param failure what it threw; null if it has taken the answer
   */
  void handled(String handler, Delivery delivery, Duration took, @Nullable Throwable failure);
}
