package io.github.resilientllm.policy;

import java.time.Duration;
import java.util.Objects;

/** How an outbox brings its items through, and when it gives one up. */
public final class Draining {
  private static final Draining STANDARD =
      new Draining(3, 10, Duration.ofDays(7), 32, 8, Duration.ofMinutes(5), Duration.ofMinutes(1));

  private final int attempts;
  private final int handlings;
  private final Duration maxAge;
  private final int maxInFlight;
  private final int maxHandling;
  private final Duration handlerTimeout;
  private final Duration lease;

  private Draining(
      int attempts,
      int handlings,
      Duration maxAge,
      int maxInFlight,
      int maxHandling,
      Duration handlerTimeout,
      Duration lease) {
    this.attempts = attempts;
    this.handlings = handlings;
    this.maxAge = maxAge;
    this.maxInFlight = maxInFlight;
    this.maxHandling = maxHandling;
    this.handlerTimeout = handlerTimeout;
    this.lease = lease;
  }

  /** The default. */
  public static Draining standard() {
    return STANDARD;
  }

  /**
   * The same with another number of times that an item is asked which fails by its own fault, 1 to
   * 100. Outages cost none.
   */
  public Draining withAttempts(int most) {
    Require.between("attempts", most, 1, 100);
    return new Draining(most, handlings, maxAge, maxInFlight, maxHandling, handlerTimeout, lease);
  }

  /** The same with another number of times that a handler may fail at one answer, 1 to 1,000. */
  public Draining withHandlings(int most) {
    Require.between("handlings", most, 1, 1000);
    return new Draining(attempts, most, maxAge, maxInFlight, maxHandling, handlerTimeout, lease);
  }

  /**
   * The same with another age at which an item that was not answered expires, more than zero, at
   * most 365 days; what an item says itself can be less.
   */
  public Draining withMaxAge(Duration age) {
    Objects.requireNonNull(age, "age");
    if (age.isZero() || age.isNegative() || age.compareTo(Duration.ofDays(365)) > 0) {
      throw new IllegalArgumentException("maxAge is more than zero to 365 days, not " + age);
    }
    return new Draining(attempts, handlings, age, maxInFlight, maxHandling, handlerTimeout, lease);
  }

  /** The same with another number of items that are asked at once, 1 to 10,000. */
  public Draining withMaxInFlight(int most) {
    Require.between("maxInFlight", most, 1, 10_000);
    return new Draining(attempts, handlings, maxAge, most, maxHandling, handlerTimeout, lease);
  }

  /** The same with another number of answers that one handler takes at once, 1 to 1,000. */
  public Draining withMaxHandling(int most) {
    Require.between("maxHandling", most, 1, 1000);
    return new Draining(attempts, handlings, maxAge, maxInFlight, most, handlerTimeout, lease);
  }

  /** The same with another time after which a handler is interrupted, at most a day. */
  public Draining withHandlerTimeout(Duration time) {
    Require.positive("handlerTimeout", time);
    return new Draining(attempts, handlings, maxAge, maxInFlight, maxHandling, time, lease);
  }

  /**
   * The same with another time that an item is held for whoever has taken it, 3 s to an hour; it is
   * renewed three times in that time.
   */
  public Draining withLease(Duration time) {
    Objects.requireNonNull(time, "time");
    if (time.toSeconds() < 3 || time.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException("lease is 3 s to an hour, not " + time);
    }
    return new Draining(
        attempts, handlings, maxAge, maxInFlight, maxHandling, handlerTimeout, time);
  }

  /** How often an item is asked that fails by its own fault; 3 by default. */
  public int attempts() {
    return attempts;
  }

  /** How often a handler may fail at one answer; 10 by default, over about an hour. */
  public int handlings() {
    return handlings;
  }

  /** The age at which an item that was not answered expires; 7 days by default. */
  public Duration maxAge() {
    return maxAge;
  }

  /** The most items that are asked at once; 32 by default. */
  public int maxInFlight() {
    return maxInFlight;
  }

  /** The most answers that one handler takes at once; 8 by default. */
  public int maxHandling() {
    return maxHandling;
  }

  /**
   * The time after which a handler is interrupted, and has failed; 5 minutes by default. One that
   * does not return even so keeps its place among {@link #maxHandling}.
   */
  public Duration handlerTimeout() {
    return handlerTimeout;
  }

  /**
   * How long an item is held for whoever has taken it; a minute by default. So long others wait for
   * what a machine had that has ended, and so long a machine may stand still without losing what it
   * has.
   */
  public Duration lease() {
    return lease;
  }

  @Override
  public String toString() {
    return "Draining[attempts=%d, handlings=%d, maxAge=%s, maxInFlight=%d, maxHandling=%d, handlerTimeout=%s, lease=%s]"
        .formatted(attempts, handlings, maxAge, maxInFlight, maxHandling, handlerTimeout, lease);
  }
}
