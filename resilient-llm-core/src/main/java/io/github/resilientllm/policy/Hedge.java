package io.github.resilientllm.policy;

import java.time.Duration;

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
 *
 * @param extraLoad the share of attempts that may be hedged, more than 0 and at most 1; 0 is off
 * @param initialDelay how late is late until enough has been learnt. Default 3 s
 * @param maxHedges the most hedges of one call, 1 to 5. Default 1
 * @param sameTarget whether a hedge goes to the target that is late, rather than to the next one if
 *     there is one. Default false
 */
public record Hedge(double extraLoad, Duration initialDelay, int maxHedges, boolean sameTarget) {

  /** Checks every value, naming the one that is wrong. */
  public Hedge {
    Require.between("extraLoad", extraLoad, 0, 1);
    Require.positive("initialDelay", initialDelay);
    Require.between("maxHedges", maxHedges, 1, 5);
  }

  /** Hedges at most this share of the attempts, for example 0.05; the rest by default. */
  public static Hedge extraLoad(double share) {
    if (!(share > 0)) {
      throw new IllegalArgumentException(
          "extraLoad is more than 0, not " + share + "; Hedge.none() switches hedging off");
    }
    return new Hedge(share, Duration.ofSeconds(3), 1, false);
  }

  /** No hedges; the default. */
  public static Hedge none() {
    return new Hedge(0, Duration.ofSeconds(3), 1, false);
  }

  /** Whether hedging is on. */
  public boolean enabled() {
    return extraLoad > 0;
  }

  /** The same with another delay until enough has been learnt. */
  public Hedge withInitialDelay(Duration delay) {
    return new Hedge(extraLoad, delay, maxHedges, sameTarget);
  }

  /** The same with another bound on the hedges of one call. */
  public Hedge withMaxHedges(int hedges) {
    return new Hedge(extraLoad, initialDelay, hedges, sameTarget);
  }

  /** The same, hedging on the target that is late even if there is a next one. */
  public Hedge onSameTarget() {
    return new Hedge(extraLoad, initialDelay, maxHedges, true);
  }
}
