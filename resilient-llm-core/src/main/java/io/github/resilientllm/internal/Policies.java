package io.github.resilientllm.internal;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The policies that hold for every call of a client.
 *
 * <p>The clocks are kept in nanoseconds beside their policy, to be converted once and not per
 * chunk.
 */
public record Policies(
    Retry retry,
    Hedge hedge,
    Fallback fallback,
    Timeouts timeouts,
    long deadlineNanos,
    long attemptNanos,
    long firstTokenNanos,
    long stallNanos,
    long patienceNanos) {

  /** The policies with their clocks converted. */
  public static Policies of(Retry retry, Hedge hedge, Fallback fallback, Timeouts timeouts) {
    return new Policies(
        retry,
        hedge,
        fallback,
        timeouts,
        timeouts.deadline().toNanos(),
        timeouts.attempt().toNanos(),
        timeouts.firstToken().toNanos(),
        timeouts.stall().toNanos(),
        fallback.patience().toNanos());
  }

  /**
   * The same with what a request says of its own time: all clocks in proportion, so that there
   * still is time for another target.
   *
   * @param request null if it is not known yet
   */
  Policies within(@Nullable ChatRequest request) {
    Duration shorter = request == null ? null : request.timeout().orElse(null);
    if (shorter == null || shorter.compareTo(timeouts.deadline()) >= 0) {
      return this;
    }
    double share = (double) shorter.toNanos() / deadlineNanos;
    return new Policies(
        retry,
        hedge,
        fallback,
        timeouts,
        shorter.toNanos(),
        (long) (attemptNanos * share),
        (long) (firstTokenNanos * share),
        (long) (stallNanos * share),
        patienceNanos);
  }
}
