package io.github.resilientllm.test.judge;

import io.github.resilientllm.test.Vendor;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a client is to be set up with for one scenario. */
public final class Setting {
  /** The model of the first target. */
  public static final String FIRST_MODEL = "model-a";

  /** The model of the fallback. */
  public static final String FALLBACK_MODEL = "model-b";

  /** Any key will do. */
  public static final String KEY = "not-a-secret";

  private final Vendor first;
  private final @Nullable Vendor fallback;
  private final @Nullable Duration timeout;
  private final double pace;

  Setting(Vendor first, @Nullable Vendor fallback, @Nullable Duration timeout, double pace) {
    this.first = first;
    this.fallback = fallback;
    this.timeout = timeout;
    this.pace = pace;
  }

  /** The first target. */
  public Vendor first() {
    return first;
  }

  /** The fallback; empty where a scenario is about one vendor alone. */
  public Optional<Vendor> fallback() {
    return Optional.ofNullable(fallback);
  }

  /** The client's time-out; empty where it is to keep its defaults. */
  public Optional<Duration> timeout() {
    return Optional.ofNullable(timeout);
  }

  /**
   * The share of the scenario's times that is played: 1 in full. A client that is judged by its
   * defaults at another pace has to shorten them by the same share.
   */
  public double pace() {
    return pace;
  }

  /** A time of the client's defaults, at this pace. */
  public Duration scaled(Duration time) {
    return Duration.ofNanos(Math.round(time.toNanos() * pace));
  }
}
