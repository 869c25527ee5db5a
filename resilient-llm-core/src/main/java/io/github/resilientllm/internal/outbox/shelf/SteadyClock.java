package io.github.resilientllm.internal.outbox.shelf;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The date as this process found it at first, and has counted it since: when somebody sets the
 * machine's clock, nothing expires at once, and nothing waits for ever.
 */
public final class SteadyClock implements InstantSource {
  private final Instant origin;
  private final long from;
  private final LongSupplier nanos;

  /**
   * Looks at the date now.
   *
   * @param nanos monotonic
   */
  public SteadyClock(InstantSource date, LongSupplier nanos) {
    this.origin = date.instant();
    this.from = nanos.getAsLong();
    this.nanos = nanos;
  }

  @Override
  public Instant instant() {
    return origin.plusNanos(nanos.getAsLong() - from);
  }
}
