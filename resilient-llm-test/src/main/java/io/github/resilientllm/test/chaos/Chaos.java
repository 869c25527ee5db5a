package io.github.resilientllm.test.chaos;

import io.github.resilientllm.chat.ErrorKind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The switch of the faults that {@link ChaosProvider}s make: off until it is told to strike, and
 * off again when its time is over, whoever forgets it. Safe for use by several threads.
 */
public final class Chaos {
  /** Longer than any rehearsal, and short enough for one that is forgotten. */
  private static final Duration LONGEST = Duration.ofHours(1);

  static final String MESSAGE = "A fault on purpose.";

  private static final Set<ErrorKind> KINDS =
      EnumSet.of(
          ErrorKind.RATE_LIMITED,
          ErrorKind.OVERLOADED,
          ErrorKind.SERVER_ERROR,
          ErrorKind.NETWORK,
          ErrorKind.TIMEOUT,
          ErrorKind.STREAM_TRUNCATED,
          ErrorKind.MALFORMED_RESPONSE,
          ErrorKind.UNAUTHORIZED,
          ErrorKind.QUOTA_EXHAUSTED);

  private final InstantSource clock;
  private final DoubleSupplier random;
  private volatile @Nullable Strike strike;

  /** One that is off. */
  public Chaos() {
    this(InstantSource.system(), () -> ThreadLocalRandom.current().nextDouble());
  }

  /**
   * One with another clock and luck, for tests.
   *
   * @param random uniform in [0, 1)
   */
  public Chaos(InstantSource clock, DoubleSupplier random) {
    this.clock = Objects.requireNonNull(clock, "clock");
    this.random = Objects.requireNonNull(random, "random");
  }

  /** What is done, to whom, and until when. */
  private record Strike(ErrorKind kind, double share, String target, Instant until) {}

  /**
   * Strikes all targets from now on.
   *
   * @param kind what becomes of a request; {@code STREAM_TRUNCATED} lets one piece through
   * @param share of the requests, above 0 and at most 1
   * @param lasting when it ends by itself; at most an hour
   * @throws IllegalArgumentException if one of them is out of its range
   */
  public void strike(ErrorKind kind, double share, Duration lasting) {
    strike(kind, share, lasting, "");
  }

  /**
   * Strikes one target.
   *
   * @param target {@code vendor/model}, a vendor for all of its models, or the name that was given
   *     to its {@link ChaosProvider}
   */
  public void strike(ErrorKind kind, double share, Duration lasting, String target) {
    if (!KINDS.contains(kind)) {
      throw new IllegalArgumentException("No chaos can be of the kind " + kind + "; of " + KINDS);
    }
    if (!(share > 0) || share > 1) {
      throw new IllegalArgumentException("A share is above 0 and at most 1, not " + share);
    }
    if (lasting.isNegative() || lasting.isZero() || lasting.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "Chaos lasts for more than nothing and at most " + LONGEST + ", not " + lasting);
    }
    strike = new Strike(kind, share, target, clock.instant().plus(lasting));
  }

  /** Ends it. */
  public void stop() {
    strike = null;
  }

  /** When it ends; empty if it is off. */
  public Optional<Instant> until() {
    Strike now = strike;
    return now == null || !clock.instant().isBefore(now.until())
        ? Optional.empty()
        : Optional.of(now.until());
  }

  /** What becomes of a request to a target; null if nothing. */
  @Nullable ErrorKind strikes(String vendor, String model, String name) {
    Strike now = strike;
    if (now == null) {
      return null;
    }
    if (!clock.instant().isBefore(now.until())) {
      return null;
    }
    String target = now.target();
    boolean isMeant =
        target.isEmpty()
            || target.equals(vendor)
            || target.equals(vendor + "/" + model)
            || target.equals(name);
    return isMeant && random.getAsDouble() < now.share() ? now.kind() : null;
  }

  @Override
  public String toString() {
    return until().map(until -> "Chaos[until " + until + "]").orElse("Chaos[off]");
  }
}
