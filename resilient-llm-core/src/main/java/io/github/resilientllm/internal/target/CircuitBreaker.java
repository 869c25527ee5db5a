package io.github.resilientllm.internal.target;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.policy.Breaker;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A target's circuit breaker: Failsafe's count window and states, driven by our clock.
 *
 * <p>Failsafe's own delay is set to never. The instants of opening are kept here, so that time can
 * be virtual and a refused key can open the breaker for longer than failures do. Only the probe's
 * own result decides in the half-open state: attempts that began before the breaker opened end late
 * and say nothing new. A probe that is cancelled gives its slot back, for which Failsafe has no
 * call: the breaker is taken through open to half-open again.
 *
 * <p>An operator can hold it open or closed; until it is reset results change nothing. Without a
 * policy they never do, and so it stays closed unless it is held open.
 */
final class CircuitBreaker {
  private static final Duration NEVER = Duration.ofDays(36_500);

  private final dev.failsafe.CircuitBreaker<Object> breaker;
  private final BiConsumer<BreakerState, BreakerState> listener;
  private final long openNanos;
  private final long lockedNanos;
  private final boolean enabled;

  // Guarded by this object's lock.
  private long openUntil;
  private boolean locked;
  private boolean probing;
  private @Nullable Long changedAt;
  private volatile boolean held; // read without the lock, too

  CircuitBreaker(Breaker policy, BiConsumer<BreakerState, BreakerState> listener) {
    this.breaker =
        dev.failsafe.CircuitBreaker.builder()
            .withFailureThreshold(Math.max(1, policy.failures()), Math.max(1, policy.window()))
            .withSuccessThreshold(1)
            .withDelay(NEVER)
            .build();
    this.listener = listener;
    this.openNanos = policy.openFor().toNanos();
    this.lockedNanos = policy.lockedFor().toNanos();
    this.enabled = policy.enabled();
  }

  /** Whether an attempt may start. */
  enum Answer {
    /** The breaker is closed. */
    YES,
    /** As the one probe, which must be followed by a result or a release. */
    AS_PROBE,
    /** It is open because of failures. */
    OPEN,
    /** It is open because the target refused the key, the model or the account, or it is held. */
    LOCKED
  }

  /** What {@link #ask} would say now, taking nothing. */
  Answer look(long now) {
    if (breaker.isClosed()) {
      return Answer.YES;
    }
    synchronized (this) {
      return answer(now);
    }
  }

  /** Asks for an attempt to start now. */
  Answer ask(long now) {
    if (breaker.isClosed()) {
      return Answer.YES;
    }
    synchronized (this) {
      Answer answer = answer(now);
      if (answer != Answer.AS_PROBE) {
        return answer;
      }
      breaker.halfOpen();
      if (!breaker.tryAcquirePermit()) {
        return Answer.OPEN;
      }
      probing = true;
      changedAt = now;
    }
    listener.accept(BreakerState.OPEN, BreakerState.HALF_OPEN);
    return Answer.AS_PROBE;
  }

  private Answer answer(long now) {
    if (breaker.isClosed()) {
      return Answer.YES;
    }
    if (now >= openUntil && !probing) {
      return Answer.AS_PROBE;
    }
    return locked ? Answer.LOCKED : Answer.OPEN;
  }

  void succeeded() {
    if (!isDeaf() && breaker.isClosed()) {
      breaker.recordSuccess();
    }
  }

  /**
   * Open or closed from now on until it is reset, whatever results say.
   *
   * @param state open or closed
   * @return whether that is new
   */
  boolean hold(BreakerState state, long now) {
    BreakerState from;
    synchronized (this) {
      from = state();
      if (held && from == state) {
        return false;
      }
      held = true;
      probing = false;
      if (state == BreakerState.OPEN) {
        breaker.open();
        locked = true;
        openUntil = Long.MAX_VALUE;
      } else {
        breaker.close();
      }
      if (from == state) {
        return true;
      }
      changedAt = now;
    }
    listener.accept(from, state);
    return true;
  }

  /** Somebody who knows says that the target is there; from now on results decide again. */
  void reset(long now) {
    close(true, now);
  }

  /**
   * The target is there: a probe answered, or an attempt that was forced. It closes, over a running
   * probe if need be.
   */
  void close(long now) {
    close(false, now);
  }

  private void close(boolean byOperator, long now) {
    BreakerState from;
    synchronized (this) {
      from = state();
      held &= !byOperator;
      if (from == BreakerState.CLOSED || held) {
        return;
      }
      probing = false;
      locked = false;
      breaker.close();
      changedAt = now;
    }
    listener.accept(from, BreakerState.CLOSED);
  }

  /**
   * An attempt failed.
   *
   * @return whether it is open now
   */
  boolean failed(boolean probe, long now) {
    BreakerState from;
    synchronized (this) {
      from = state();
      if (isDeaf()) {
        return from == BreakerState.OPEN;
      }
      probing &= !probe;
      if (probe && breaker.isHalfOpen()) {
        breaker.recordFailure();
        openUntil = now + openNanos;
      } else if (breaker.isClosed()) {
        breaker.recordFailure();
        if (breaker.isClosed()) {
          return false;
        }
        locked = false;
        openUntil = now + openNanos;
      } else {
        return true;
      }
      changedAt = now;
    }
    listener.accept(from, BreakerState.OPEN);
    return true;
  }

  /**
   * The target is of no use to anybody for minutes.
   *
   * @return whether it is open now
   */
  boolean lock(boolean probe, long now) {
    BreakerState from;
    synchronized (this) {
      from = state();
      if (isDeaf()) {
        return from == BreakerState.OPEN;
      }
      probing &= !probe;
      breaker.open();
      locked = true;
      openUntil = now + lockedNanos;
      if (from != BreakerState.OPEN) {
        changedAt = now;
      }
    }
    if (from != BreakerState.OPEN) {
      listener.accept(from, BreakerState.OPEN);
    }
    return true;
  }

  private boolean isDeaf() {
    return held || !enabled;
  }

  /** The probe ended without saying anything about the target; the next call may probe. */
  void releaseProbe(long now) {
    synchronized (this) {
      probing = false;
      if (!breaker.isHalfOpen()) {
        return; // others have closed or locked it meanwhile
      }
      breaker.open();
      changedAt = now;
    }
    listener.accept(BreakerState.HALF_OPEN, BreakerState.OPEN);
  }

  /** How it stands, all at one instant; {@code born} is when it began to be closed. */
  synchronized BreakerLook stands(long born, long now) {
    BreakerState state = state();
    return new BreakerLook(
        state,
        Math.max(0, now - (changedAt == null ? born : changedAt)),
        state == BreakerState.OPEN && !held ? Math.max(0, openUntil - now) : 0,
        breaker.getExecutionCount(),
        breaker.getFailureCount(),
        held);
  }

  BreakerState state() {
    return switch (breaker.getState()) {
      case CLOSED -> BreakerState.CLOSED;
      case OPEN -> BreakerState.OPEN;
      case HALF_OPEN -> BreakerState.HALF_OPEN;
    };
  }
}
