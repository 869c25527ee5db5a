package io.github.resilientllm.spring.boot;

import static java.util.Objects.requireNonNullElse;

import io.github.resilientllm.policy.RateLimit;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How many attempts at a target may start in a time.
 *
 * @param permits The attempts per period; 0 for any number, the default.
 * @param period The time. 1 minute by default.
 * @param burst How many may start at once after a quiet time. A tenth of the permits by default.
 * @param maxWait The longest wait for a turn. 10 seconds by default.
 * @param obeysVendor Whether what the vendor says is left of its limits is spread over the time
 *     until it counts anew. True by default.
 */
record RateLimitProperties(
    @Nullable Integer permits,
    @Nullable Duration period,
    @Nullable Integer burst,
    @Nullable Duration maxWait,
    @Nullable Boolean obeysVendor) {
  private static final Duration PERIOD = Duration.ofMinutes(1); // as vendors state their limits

  RateLimit over(RateLimit base) {
    int most = requireNonNullElse(permits, base.permits());
    Duration time = requireNonNullElse(period, base.enabled() ? base.period() : PERIOD);
    if (most == 0) {
      return RateLimit.unlimited()
          .withVendorObeyed(requireNonNullElse(obeysVendor, base.obeysVendor()));
    }
    RateLimit fresh = RateLimit.of(most, time);
    return fresh
        .withBurst(requireNonNullElse(burst, permits == null ? base.burst() : fresh.burst()))
        .withMaxWait(requireNonNullElse(maxWait, base.enabled() ? base.maxWait() : fresh.maxWait()))
        .withVendorObeyed(requireNonNullElse(obeysVendor, base.obeysVendor()));
  }
}
