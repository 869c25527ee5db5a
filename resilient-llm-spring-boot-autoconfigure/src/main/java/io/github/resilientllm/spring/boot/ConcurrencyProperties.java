package io.github.resilientllm.spring.boot;

import static java.util.Objects.requireNonNullElse;

import io.github.resilientllm.policy.Concurrency;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How many attempts at a target may run at once.
 *
 * @param limit The attempts in flight; 0 for any number, the default.
 * @param maxWaiting The most calls that wait for a place. 100 by default.
 * @param maxWait The longest wait for a place. 10 seconds by default.
 */
record ConcurrencyProperties(
    @Nullable Integer limit, @Nullable Integer maxWaiting, @Nullable Duration maxWait) {

  Concurrency over(Concurrency base) {
    int most = requireNonNullElse(limit, base.limit());
    if (most == 0) {
      return Concurrency.unlimited();
    }
    Concurrency mine = base.enabled() ? base.withLimit(most) : Concurrency.atMost(most);
    return mine.withWaiting(
        requireNonNullElse(maxWaiting, mine.maxWaiting()),
        requireNonNullElse(maxWait, mine.maxWait()));
  }
}
