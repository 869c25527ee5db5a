package io.github.resilientllm.policy;

import io.github.resilientllm.chat.Experimental;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When a second attempt starts beside a first one whose first token is late; the one that speaks
 * first answers, and the other is cancelled on the wire.
 *
 * <p>One knob, the share of extra load, sets both the time and the bound: with 0.05 a hedge starts
 * when an attempt is slower than 95% of those before it, learnt per target, and a bucket of tokens
 * sees to it that hedges stay below 5% of the attempts ("The Tail at Scale", Dean and Barroso,
 * 2013). Late is measured to the first token, never to the end, which would favour short answers;
 * so a call with a hedge streams from the vendor even if its caller does not.
 *
 * <p>Both attempts may be billed. Off by default for that reason.
 */
public final class Hedge {
  private final double extraLoad;
  private final Duration initialDelay;
  private final boolean delaySet;
  private final int maxHedges;
  private final boolean sameTarget;

  private Hedge(
      double extraLoad,
      Duration initialDelay,
      boolean delaySet,
      int maxHedges,
      boolean sameTarget) {
    this.extraLoad = extraLoad;
    this.initialDelay = initialDelay;
    this.delaySet = delaySet;
    this.maxHedges = maxHedges;
    this.sameTarget = sameTarget;
  }

  /** Hedges at most this share of the attempts, for example 0.05; the rest by default. */
  public static Hedge extraLoad(double share) {
    if (!(share > 0)) {
      throw new IllegalArgumentException(
          "extraLoad is more than 0, not " + share + "; Hedge.none() switches hedging off");
    }
    return none().withExtraLoad(share);
  }

  /** No hedges; the default. */
  public static Hedge none() {
    return new Hedge(0, Duration.ofSeconds(3), false, 1, false);
  }

  /** The same with another share of the attempts, at most 1; 0 switches hedging off. */
  public Hedge withExtraLoad(double share) {
    Require.between("extraLoad", share, 0, 1);
    return new Hedge(share, initialDelay, delaySet, maxHedges, sameTarget);
  }

  /** The same with another delay until enough has been learnt. */
  public Hedge withInitialDelay(Duration delay) {
    Require.positive("initialDelay", delay);
    return new Hedge(extraLoad, delay, true, maxHedges, sameTarget);
  }

  /** The same with another bound on the hedges of one call, 1 to 5. */
  public Hedge withMaxHedges(int hedges) {
    Require.between("maxHedges", hedges, 1, 5);
    return new Hedge(extraLoad, initialDelay, delaySet, hedges, sameTarget);
  }

  /** The same, hedging on the target that is late, even if there is a next one, or not. */
  public Hedge withSameTarget(boolean same) {
    return new Hedge(extraLoad, initialDelay, delaySet, maxHedges, same);
  }

  /** The same, hedging on the target that is late even if there is a next one. */
  public Hedge onSameTarget() {
    return withSameTarget(true);
  }

  /**
   * The same where an attempt has this long for its first content: an initial delay that was not
   * set is at most half of it, so that a hedge can start; one that was set stays as it is.
   */
  @Experimental
  public Hedge within(Duration firstToken) {
    Duration half = firstToken.dividedBy(2);
    if (delaySet || initialDelay.compareTo(half) <= 0) {
      return this;
    }
    return new Hedge(extraLoad, half, false, maxHedges, sameTarget);
  }

  /** Whether hedging is on. */
  public boolean enabled() {
    return extraLoad > 0;
  }

  /** The share of attempts that may be hedged; 0 for none. */
  public double extraLoad() {
    return extraLoad;
  }

  /**
   * How late is late until enough has been learnt. Default 3 s, and at most half of the time that
   * an attempt has for its first content.
   */
  public Duration initialDelay() {
    return initialDelay;
  }

  /** The most hedges of one call. Default 1. */
  public int maxHedges() {
    return maxHedges;
  }

  /**
   * Whether a hedge goes to the target that is late, rather than to the next one if there is one.
   * Default false.
   */
  public boolean sameTarget() {
    return sameTarget;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Hedge that
        && Double.compare(extraLoad, that.extraLoad) == 0
        && initialDelay.equals(that.initialDelay)
        && delaySet == that.delaySet
        && maxHedges == that.maxHedges
        && sameTarget == that.sameTarget;
  }

  @Override
  public int hashCode() {
    return Objects.hash(extraLoad, initialDelay, delaySet, maxHedges, sameTarget);
  }

  @Override
  public String toString() {
    return "Hedge[extraLoad="
        + extraLoad
        + ", initialDelay="
        + initialDelay
        + ", delaySet="
        + delaySet
        + ", maxHedges="
        + maxHedges
        + ", sameTarget="
        + sameTarget
        + "]";
  }
}
