package io.github.resilientllm.internal.guard;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.RateLimit;
import io.github.resilientllm.provider.Pacing;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * All that the calls of a client share about one target: its breaker, its limits, its budgets, when
 * it asked everybody to wait, and how fast it has been.
 *
 * <p>An admitted attempt ends with exactly one of {@link #succeeded}, {@link #failed} and {@link
 * #cancelled}, each of which gives back what the admission took.
 */
public final class TargetGuard {
  /** No hedges for this long after a rate limit whose server names no delay. */
  private static final long NO_HEDGES = 1_000_000_000L;

  private final @Nullable BreakerGuard breaker;
  private final @Nullable Permits permits;
  private final @Nullable Pacer pacer;
  private final Budget budget;
  private final TokenBucket retries;
  private final @Nullable AtomicInteger inFlight; // of members of a group only
  private final Hedge hedge;
  private final @Nullable LatencyWindow latencies;
  private final long slowNanos;
  private final boolean obeysVendor;
  private final AtomicLong frozenUntil = new AtomicLong();
  private final AtomicLong unhedgedUntil = new AtomicLong();

  /** Null until the vendor tells of limits, which many never do. */
  private volatile @Nullable VendorLimits vendorLimits;

  /**
   * The guard of one target.
   *
   * @param slowNanos a first token later than this counts as a failure
   * @param breakerListener told of the breaker's changes, on the thread that made them
   */
  public TargetGuard(
      Breaker breaker,
      Concurrency concurrency,
      RateLimit rateLimit,
      Budget budget,
      Hedge hedge,
      long slowNanos,
      BiConsumer<BreakerState, BreakerState> breakerListener) {
    this(breaker, concurrency, rateLimit, budget, hedge, slowNanos, breakerListener, null);
  }

  /**
   * The same for a member of a group.
   *
   * @param groupRetries the tokens for retries that the members share; null for one in no group
   */
  public TargetGuard(
      Breaker breaker,
      Concurrency concurrency,
      RateLimit rateLimit,
      Budget budget,
      Hedge hedge,
      long slowNanos,
      BiConsumer<BreakerState, BreakerState> breakerListener,
      @Nullable TokenBucket groupRetries) {
    this.breaker = breaker.enabled() ? new BreakerGuard(breaker, breakerListener) : null;
    this.permits =
        concurrency.enabled() ? new Permits(concurrency.limit(), concurrency.maxWaiting()) : null;
    this.pacer = rateLimit.enabled() ? new Pacer(rateLimit) : null;
    this.obeysVendor = rateLimit.obeysVendor();
    this.budget = budget;
    this.retries = groupRetries == null ? retriesOf(budget) : groupRetries;
    this.inFlight = groupRetries == null ? null : new AtomicInteger();
    this.hedge = hedge;
    this.latencies = hedge.enabled() ? new LatencyWindow() : null;
    this.slowNanos = slowNanos;
  }

  /** The full bucket of a target or of a group. */
  public static TokenBucket retriesOf(Budget budget) {
    return new TokenBucket(budget.capacity(), budget.capacity());
  }

  /** Whether a failure is one of the service behind a target, whichever key or deployment asks. */
  public static boolean isOfTheService(ErrorKind kind) {
    return kind.countsAgainstTarget() || kind == ErrorKind.TOOL_GENERATION_FAILED;
  }

  /** How this member of a group stands; an attempt may find it otherwise. */
  public Standing standing(long now) {
    Admission obstacle = obstacle(now, false);
    Standing.Health health = Standing.Health.READY;
    if (obstacle != null) {
      boolean limited = obstacle.verdict() == Admission.Verdict.FROZEN;
      health = limited ? Standing.Health.LIMITED : Standing.Health.EJECTED;
    } else if (freePlaces() == 0 || isRationed(now) || !takesHedges(now)) {
      health = Standing.Health.LIMITED;
    }
    return new Standing(health, inFlight == null ? 0 : inFlight.get());
  }

  /**
   * Asks for an attempt to start now.
   *
   * @param place a place in the queue that was granted, which is used up whatever the answer is;
   *     null to take a free one
   * @param forced whether an open breaker is no obstacle, because nothing else is left; a locked
   *     one still is
   * @param background whether interactive calls go first
   */
  public Admission admit(long now, @Nullable Place place, boolean forced, boolean background) {
    VendorLimits limits = vendorLimits;
    Admission admission =
        limits == null
            ? tryAdmit(now, place, forced)
            : tryAdmit(limits, now, place, forced, background);
    if (inFlight != null && admission.admitted()) {
      inFlight.incrementAndGet();
    }
    return admission;
  }

  private Admission tryAdmit(
      VendorLimits limits, long now, @Nullable Place place, boolean forced, boolean background) {
    if (obstacle(now, forced) != null) {
      return tryAdmit(now, place, forced);
    }
    long turn = limits.tryTake(background, now);
    if (turn != 0) {
      if (place != null) {
        giveBackPermit();
      }
      return new Admission(Admission.Verdict.RATIONED, turn);
    }
    Admission admission = tryAdmit(now, place, forced);
    if (!admission.admitted()) {
      limits.giveBack();
      return admission;
    }
    return admission.numbered(limits.admitted());
  }

  private Admission tryAdmit(long now, @Nullable Place place, boolean forced) {
    Admission obstacle = obstacle(now, forced);
    if (obstacle != null) {
      if (place != null) {
        giveBackPermit();
      }
      return obstacle;
    }
    if (place == null && permits != null && !permits.tryTake()) {
      return Admission.FULL;
    }
    long turn = pacer == null ? 0 : pacer.tryTake(now);
    if (turn != 0) {
      giveBackPermit();
      return new Admission(Admission.Verdict.PACED, turn);
    }
    Admission admission = breaker == null ? Admission.ADMITTED : breaker.admit(now);
    if (admission.verdict() == Admission.Verdict.OPEN && forced) {
      return Admission.ADMITTED;
    }
    if (!admission.admitted()) {
      giveBackPermit();
      if (pacer != null) {
        pacer.giveBack();
      }
    }
    return admission;
  }

  /** What no place and no turn could help against; an open breaker is not waited for. */
  private @Nullable Admission obstacle(long now, boolean forced) {
    long frozen = frozenUntil.get();
    if (frozen > now) {
      return new Admission(Admission.Verdict.FROZEN, frozen);
    }
    Admission closed = breaker == null ? null : breaker.obstacle(now);
    return forced && closed != null && closed.verdict() == Admission.Verdict.OPEN ? null : closed;
  }

  /**
   * The vendor said what is left of its limits.
   *
   * @param admission that of the attempt that was told
   * @param answerTokens what the answer took; 0 if unknown
   * @param at the instant at which it was told
   */
  public void told(Pacing said, Admission admission, long answerTokens, long at, long now) {
    if (!obeysVendor) {
      return;
    }
    VendorLimits limits = vendorLimits;
    if (limits == null) {
      synchronized (retries) {
        limits = vendorLimits == null ? new VendorLimits() : vendorLimits;
        vendorLimits = limits;
      }
    }
    if (answerTokens > 0) {
      limits.took(answerTokens);
    }
    limits.told(said, admission.number(), at, now);
  }

  /** Queues for a place; false if the queue is full. */
  public boolean enqueue(Place place) {
    return permits == null || permits.enqueue(place);
  }

  /** Leaves the queue; false if the place was granted, and is now the caller's. */
  public boolean leave(Place place) {
    return permits == null || permits.leave(place);
  }

  /** Gives back a granted place that was not used. */
  public void giveBackPlace() {
    giveBackPermit();
  }

  /**
   * The attempt answered.
   *
   * @param forced whether it was admitted although the breaker was open
   * @param retriedAfter the failure after which it was a retry; null if it was none
   * @param firstTokenNanos negative where it was not measured
   */
  public void succeeded(
      Admission admission,
      boolean forced,
      @Nullable ErrorKind retriedAfter,
      long firstTokenNanos,
      long now) {
    ended();
    double refund = retriedAfter == null ? 0 : Math.min(costAfter(retriedAfter), budget.refund());
    retries.give(Math.max(budget.refill(), refund));
    if (breaker == null) {
      return;
    }
    boolean probe = admission.isProbe();
    if (firstTokenNanos > slowNanos && !probe && !forced) {
      breaker.failed(false, now);
    } else {
      breaker.succeeded(probe, forced, now);
    }
  }

  /**
   * The attempt failed for a reason that may say something about the target.
   *
   * @param again whether the call may ask once more, so that not even a refused key is final yet
   * @param serverDelayNanos how long the server asked everybody to wait; 0 if it did not
   */
  public void failed(
      Admission admission, ErrorKind kind, boolean again, long serverDelayNanos, long now) {
    ended();
    if (inFlight == null || isOfTheService(kind)) {
      retries.drain(budget.failureCost()); // what is a member's own is not the group's to pay
    }
    if (kind == ErrorKind.RATE_LIMITED) {
      frozenUntil.accumulateAndGet(now + serverDelayNanos, Math::max);
      refusedByVendor(serverDelayNanos, now);
      unhedgedUntil.accumulateAndGet(now + Math.max(serverDelayNanos, NO_HEDGES), Math::max);
    }
    if (breaker == null) {
      return;
    }
    boolean probe = admission.isProbe();
    if (kind.locksOutTarget() && !again) {
      breaker.lock(probe, now);
    } else if (kind.countsAgainstTarget() || kind.locksOutTarget()) {
      breaker.failed(probe, now);
    } else if (probe) {
      breaker.succeeded(true, false, now); // it answered, if only to refuse
    }
  }

  /** The attempt was ended by us; that says nothing about the target. */
  public void cancelled(Admission admission, long now) {
    ended();
    if (admission.isProbe() && breaker != null) {
      breaker.releaseProbe(now);
    }
  }

  /** No more is asked of the target in a call, although it might have been. */
  public void gaveUp(ErrorKind after, long now) {
    if (after.locksOutTarget() && breaker != null) {
      breaker.lock(false, now);
    }
  }

  /** Takes what a retry after this failure costs; false if the budget denies it. */
  public boolean tryRetry(ErrorKind after) {
    return retries.tryTake(costAfter(after), budget.reserve());
  }

  /** Whether a hedge may go here: not for a while after a rate limit. */
  public boolean takesHedges(long now) {
    return unhedgedUntil.get() <= now;
  }

  /** How long to wait for a first token before a hedge starts. */
  public long hedgeDelayNanos() {
    long learnt = latencies == null ? -1 : latencies.lateAfter(hedge.extraLoad());
    return learnt < 0 ? hedge.initialDelay().toNanos() : learnt;
  }

  /**
   * Learns how long a first token took. An attempt that was cancelled is recorded with the time it
   * had: leaving losers out makes the percentile too small and doubles the hedges.
   */
  public void learn(long firstTokenNanos) {
    if (latencies != null) {
      latencies.record(firstTokenNanos);
    }
  }

  /** The breaker's state; closed where there is none. */
  public BreakerState breakerState() {
    return breaker == null ? BreakerState.CLOSED : breaker.state();
  }

  /**
   * How the breaker stands; closed where there is none.
   *
   * @param born the instant at which the guard began
   */
  public BreakerLook breaker(long born, long now) {
    return breaker == null
        ? new BreakerLook(BreakerState.CLOSED, Math.max(0, now - born), 0, 0, 0)
        : breaker.look(born, now);
  }

  /** How long the vendor has asked everybody to wait, from now on; 0 if it has not. */
  public long frozenNanos(long now) {
    return Math.max(0, frozenUntil.get() - now);
  }

  /** The tokens left for retries. */
  public double retryTokens() {
    return retries.tokens();
  }

  /** The free places; {@link Integer#MAX_VALUE} where there is no limit. */
  public int freePlaces() {
    return permits == null ? Integer.MAX_VALUE : permits.free();
  }

  private void refusedByVendor(long serverDelayNanos, long now) {
    VendorLimits limits = vendorLimits;
    if (limits != null) {
      limits.refused(serverDelayNanos, now);
    }
  }

  private boolean isRationed(long now) {
    VendorLimits limits = vendorLimits;
    return limits != null && limits.turn(false, now) != 0;
  }

  private void ended() {
    if (inFlight != null) {
      inFlight.decrementAndGet();
    }
    giveBackPermit();
  }

  private void giveBackPermit() {
    if (permits != null) {
      permits.giveBack();
    }
  }

  private double costAfter(ErrorKind kind) {
    return switch (kind) {
      case TIMEOUT, STALLED, OVERLOADED -> budget.timeoutCost();
      case RATE_LIMITED -> budget.throttledCost();
      default -> budget.retryCost();
    };
  }
}
