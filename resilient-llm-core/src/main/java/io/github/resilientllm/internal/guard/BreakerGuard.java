package io.github.resilientllm.internal.guard;

import dev.failsafe.CircuitBreaker;
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
 */
final class BreakerGuard {
  private static final Duration NEVER = Duration.ofDays(36_500);

  private final CircuitBreaker<Object> breaker;
  private final BiConsumer<BreakerState, BreakerState> listener;
  private final long openNanos;
  private final long lockedNanos;

  // Guarded by this object's lock.
  private long openUntil;
  private boolean locked;
  private boolean probing;
  private @Nullable Long changedAt;

  BreakerGuard(Breaker policy, BiConsumer<BreakerState, BreakerState> listener) {
    this.breaker =
        CircuitBreaker.builder()
            .withFailureThreshold(policy.failures(), policy.window())
            .withSuccessThreshold(1)
            .withDelay(NEVER)
            .build();
    this.listener = listener;
    this.openNanos = policy.openFor().toNanos();
    this.lockedNanos = policy.lockedFor().toNanos();
  }

  /** Why no attempt may start now, taking nothing; null if one may, be it as a probe. */
  @Nullable Admission obstacle(long now) {
    if (breaker.isClosed()) {
      return null;
    }
    synchronized (this) {
      if (breaker.isClosed() || (now >= openUntil && !probing)) {
        return null;
      }
      return locked ? Admission.LOCKED : Admission.OPEN;
    }
  }

  /** Whether an attempt may start now; {@code PROBE} must be followed by a result or a release. */
  Admission admit(long now) {
    if (breaker.isClosed()) {
      return Admission.ADMITTED;
    }
    synchronized (this) {
      if (breaker.isClosed()) {
        return Admission.ADMITTED;
      }
      if (now < openUntil || probing) {
        return locked ? Admission.LOCKED : Admission.OPEN;
      }
      breaker.halfOpen();
      if (!breaker.tryAcquirePermit()) {
        return Admission.OPEN;
      }
      probing = true;
      changedAt = now;
    }
    listener.accept(BreakerState.OPEN, BreakerState.HALF_OPEN);
    return Admission.PROBE;
  }

  void succeeded(boolean probe, boolean forced, long now) {
    if (!probe && !forced) {
      if (breaker.isClosed()) {
        breaker.recordSuccess();
      }
      return;
    }
    BreakerState from;
    synchronized (this) {
      from = state();
      if (from == BreakerState.CLOSED) {
        return;
      }
      // A forced attempt that succeeds is as good a probe as any; it may close over a running one.
      probing = false;
      locked = false;
      breaker.close();
      changedAt = now;
    }
    listener.accept(from, BreakerState.CLOSED);
  }

  void failed(boolean probe, long now) {
    BreakerState from;
    synchronized (this) {
      from = state();
      probing &= !probe;
      if (probe && breaker.isHalfOpen()) {
        breaker.recordFailure();
        openUntil = now + openNanos;
      } else if (breaker.isClosed()) {
        breaker.recordFailure();
        if (breaker.isClosed()) {
          return;
        }
        locked = false;
        openUntil = now + openNanos;
      } else {
        return;
      }
      changedAt = now;
    }
    listener.accept(from, BreakerState.OPEN);
  }

  /** The target is of no use to anybody for minutes. */
  void lock(boolean probe, long now) {
    BreakerState from;
    synchronized (this) {
      from = state();
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
  synchronized BreakerLook look(long born, long now) {
    BreakerState state = state();
    return new BreakerLook(
        state,
        Math.max(0, now - (changedAt == null ? born : changedAt)),
        state == BreakerState.OPEN ? Math.max(0, openUntil - now) : 0,
        breaker.getExecutionCount(),
        breaker.getFailureCount());
  }

  BreakerState state() {
    return switch (breaker.getState()) {
      case CLOSED -> BreakerState.CLOSED;
      case OPEN -> BreakerState.OPEN;
      case HALF_OPEN -> BreakerState.HALF_OPEN;
    };
  }
}
