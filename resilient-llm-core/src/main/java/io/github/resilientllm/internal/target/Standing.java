package io.github.resilientllm.internal.target;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.RateLimit;
import io.github.resilientllm.provider.Pacing;
import io.github.resilientllm.provider.ProviderException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * How a target stands: all that the calls of all its clients share about it. Its breaker, its own
 * limits and the vendor's, the rate that refusals leave it, and how fast it has been.
 *
 * <p>Whoever asks is given a {@link Permit} or told why not; the permit brings back what it took.
 */
public final class Standing {
  private final BreakerChanges changes;
  private final Breaker breakerPolicy;
  private final Concurrency concurrency;
  private final RateLimit rateLimit;
  private final CircuitBreaker breaker;
  private final @Nullable Permits permits;
  private final @Nullable Pacer pacer;
  private final Throttle throttle = new Throttle();
  private final HedgeTiming hedging = new HedgeTiming();
  private final RefusalLog refusals = new RefusalLog();
  private final AtomicInteger inFlight = new AtomicInteger();

  /** Until when the vendor asked to wait, unless an answer has shown that it takes more. */
  private final AtomicLong toldUntil = new AtomicLong();

  private volatile long toldAt;
  private volatile long leastNanos;

  /** Null until the vendor tells of limits, which many never do. */
  private volatile @Nullable VendorLimits vendorLimits;

  /**
   * That of a target about which nothing is known yet.
   *
   * @param name the target's, for the log
   */
  public Standing(String name, Breaker breaker, Concurrency concurrency, RateLimit rateLimit) {
    this.changes = new BreakerChanges(name);
    this.breakerPolicy = breaker;
    this.concurrency = concurrency;
    this.rateLimit = rateLimit;
    this.breaker = new CircuitBreaker(breaker, changes);
    this.permits =
        concurrency.enabled() ? new Permits(concurrency.limit(), concurrency.maxWaiting()) : null;
    this.pacer = rateLimit.enabled() ? new Pacer(rateLimit) : null;
  }

  /** Tells a listener of the breaker's changes, until nobody else holds it. */
  public void subscribe(BiConsumer<BreakerState, BreakerState> listener) {
    changes.subscribe(listener);
  }

  /** Its breaker's settings. */
  public Breaker breakerPolicy() {
    return breakerPolicy;
  }

  /** Its limit of attempts at once. */
  public Concurrency concurrency() {
    return concurrency;
  }

  /** Its limit of attempts in a time. */
  public RateLimit rateLimit() {
    return rateLimit;
  }

  /** When a first token of it is late. */
  public HedgeTiming hedging() {
    return hedging;
  }

  /** What it has refused for its own sake. */
  public RefusalLog refusals() {
    return refusals;
  }

  /** Whether it can be asked; an attempt may find it otherwise. */
  public Availability availability(long now) {
    Availability.Health health = Availability.Health.READY;
    if (!mayPass(breaker.look(now))) {
      health = Availability.Health.EJECTED;
    } else if (freePlaces() == 0
        || toldUntil.get() > now
        || throttle.holds(now)
        || isRationed(now)
        || !hedging.takesHedges(now)) {
      health = Availability.Health.LIMITED;
    }
    return new Availability(health, inFlight.get());
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
    Admission admission = tryAdmit(now, place, forced, background);
    if (admission.permit() == null) {
      if (place != null) {
        giveBackPlace();
      }
    } else {
      inFlight.incrementAndGet();
    }
    return admission;
  }

  private Admission tryAdmit(long now, @Nullable Place place, boolean forced, boolean background) {
    CircuitBreaker.Answer look = breaker.look(now);
    if (!mayPass(look) && !isForcedOpen(look, forced)) {
      return refused(look);
    }
    VendorLimits limits = vendorLimits;
    long turn = limits == null ? 0 : limits.tryTake(background, now);
    if (turn != 0) {
      return Admission.refused(Admission.Verdict.RATIONED, turn);
    }
    turn = throttle.tryTake(now);
    if (turn != 0) {
      giveBack(limits);
      return Admission.refused(Admission.Verdict.THROTTLED, turn);
    }
    boolean trial = throttle.isTrying();
    turn = pacer == null ? 0 : pacer.tryTake(now);
    if (turn != 0) {
      giveBack(limits);
      throttle.giveBack(trial, now);
      return Admission.refused(Admission.Verdict.PACED, turn);
    }
    boolean hasPlace = place != null || permits == null || permits.tryTake();
    if (!hasPlace) {
      giveBackTurns(limits, trial, now);
      return Admission.refused(Admission.Verdict.FULL, 0);
    }
    // Last, for nothing may be refused after a probe has begun.
    CircuitBreaker.Answer answer = breaker.ask(now);
    if (!mayPass(answer) && !isForcedOpen(answer, forced)) {
      giveBackTurns(limits, trial, now);
      if (place == null) {
        giveBackPlace();
      }
      return refused(answer);
    }
    boolean probe = answer == CircuitBreaker.Answer.AS_PROBE;
    long number = limits == null ? 0 : limits.admitted();
    return Admission.of(new Permit(this, probe, forced && !probe, trial, number, now));
  }

  private static boolean mayPass(CircuitBreaker.Answer answer) {
    return answer == CircuitBreaker.Answer.YES || answer == CircuitBreaker.Answer.AS_PROBE;
  }

  private static boolean isForcedOpen(CircuitBreaker.Answer answer, boolean forced) {
    return forced && answer == CircuitBreaker.Answer.OPEN;
  }

  private static Admission refused(CircuitBreaker.Answer answer) {
    return Admission.refused(
        answer == CircuitBreaker.Answer.LOCKED ? Admission.Verdict.LOCKED : Admission.Verdict.OPEN,
        0);
  }

  private void giveBackTurns(@Nullable VendorLimits limits, boolean trial, long now) {
    giveBack(limits);
    throttle.giveBack(trial, now);
    if (pacer != null) {
      pacer.giveBack();
    }
  }

  private static void giveBack(@Nullable VendorLimits limits) {
    if (limits != null) {
      limits.giveBack();
    }
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
    if (permits != null) {
      permits.giveBack();
    }
  }

  /** Closes the breaker and forgets refusals, as somebody who knows better says. */
  public void reset(long now) {
    toldUntil.set(0);
    throttle.reset();
    breaker.reset(now);
  }

  /**
   * Lets no attempt through, or none be stopped by the breaker, until it is reset.
   *
   * @param state open or closed
   */
  public void hold(BreakerState state, long now) {
    if (breaker.hold(state, now)) {
      changes.held(state);
    }
  }

  /**
   * The key, the model or the account is refused for good although it might have been tried again.
   */
  public void gaveUp(ErrorKind after, long now) {
    if (after.locksOutTarget()) {
      breaker.lock(false, now);
    }
  }

  /** The breaker's state; closed where there is no policy for one, unless it is held. */
  public BreakerState breakerState() {
    return breaker.state();
  }

  /**
   * How the breaker stands; see {@link #breakerState}.
   *
   * @param born the instant at which whoever asks began to look
   */
  public BreakerLook breaker(long born, long now) {
    return breaker.stands(born, now);
  }

  /** How long the vendor has asked to wait, from now on; 0 if it has not, or takes more again. */
  public long toldNanos(long now) {
    return Math.max(0, toldUntil.get() - now);
  }

  /** The free places; {@link Integer#MAX_VALUE} where there is no limit. */
  public int freePlaces() {
    return permits == null ? Integer.MAX_VALUE : permits.free();
  }

  /** Its attempts that have not ended. */
  public int inFlight() {
    return inFlight.get();
  }

  /** A probe, or an attempt that was forced, has spoken. */
  void proved(long now) {
    breaker.close(now);
  }

  /** The vendor took an attempt. */
  void accepted(long since, boolean trial, long number, long now) {
    VendorLimits limits = vendorLimits;
    if (limits != null) {
      limits.answered(number);
    }
    long told = toldUntil.get();
    if (told > now && since >= toldAt) {
      toldUntil.compareAndSet(told, 0);
    }
    throttle.accepted(since, trial, now);
  }

  /** How long its answers have lately taken at least, from start to end; 0 if unknown. */
  public long leastNanos() {
    return leastNanos;
  }

  void succeeded(Permit permit, boolean slow, long now) {
    long took = now - permit.since();
    long least = leastNanos; // a lost update is no harm
    leastNanos = least == 0 || took < least ? took : least + (took - least) / 64;
    try {
      if (permit.isProbe() || permit.isForced()) {
        breaker.close(now);
      } else if (slow) {
        breaker.failed(false, now);
      } else {
        breaker.succeeded();
      }
    } finally {
      ended();
    }
  }

  boolean failed(
      Permit permit, ProviderException failure, boolean again, long serverDelayNanos, long now) {
    try {
      ErrorKind kind = failure.kind();
      if (kind == ErrorKind.RATE_LIMITED) {
        rateLimited(permit, serverDelayNanos, now);
      } else if (kind.countsAgainstTarget()) {
        throttle.undecided(permit.isTrial(), now);
      } else {
        throttle.accepted(permit.since(), permit.isTrial(), now); // it answered, if only to refuse
      }
      if (kind.locksOutTarget() && !again) {
        return breaker.lock(permit.isProbe(), now);
      }
      if (kind.countsAgainstTarget() || kind.locksOutTarget()) {
        return breaker.failed(permit.isProbe(), now);
      }
      if (permit.isProbe()) {
        breaker.close(now); // likewise
      }
      return false;
    } finally {
      ended();
    }
  }

  void released(Permit permit, long now) {
    try {
      throttle.undecided(permit.isTrial(), now);
      if (permit.isProbe()) {
        breaker.releaseProbe(now);
      }
    } finally {
      ended();
    }
  }

  /**
   * The vendor said what is left of its limits.
   *
   * @param number that of the attempt that was told
   * @param answerTokens what the answer took; 0 if unknown
   * @param at the instant at which it was told
   */
  void told(Pacing said, long number, long answerTokens, long at, long now) {
    if (!rateLimit.obeysVendor()) {
      return;
    }
    VendorLimits limits = vendorLimits();
    if (answerTokens > 0) {
      limits.took(answerTokens);
    }
    limits.told(said, number, at, now);
  }

  private void rateLimited(Permit permit, long serverDelayNanos, long now) {
    toldAt = now;
    toldUntil.accumulateAndGet(now + serverDelayNanos, Math::max);
    hedging.rateLimited(serverDelayNanos, now);
    throttle.refused(permit.since(), permit.isTrial(), serverDelayNanos, now);
    VendorLimits limits = vendorLimits;
    if (limits != null) {
      limits.refused(serverDelayNanos, now);
    }
  }

  private synchronized VendorLimits vendorLimits() {
    VendorLimits limits = vendorLimits;
    if (limits == null) {
      limits = new VendorLimits();
      vendorLimits = limits;
    }
    return limits;
  }

  private boolean isRationed(long now) {
    VendorLimits limits = vendorLimits;
    return limits != null && limits.turn(false, now) != 0;
  }

  private void ended() {
    inFlight.decrementAndGet();
    giveBackPlace();
  }
}
