package io.github.resilientllm.spring.boot;

import static java.util.Objects.requireNonNullElse;

import io.github.resilientllm.policy.Breaker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a target is taken out of service, and how it comes back.
 *
 * @param enabled Whether there is a breaker. True by default.
 * @param window How many attempts are looked at, 2 to 100. 20 by default.
 * @param failures How many failures among them open it. 10 by default.
 * @param openFor How long it stays open before a probe. 10 seconds by default.
 * @param lockedFor How long a refused key, a missing model or an exhausted quota opens it. 5
 *     minutes by default.
 * @param slowAfter A first token later than this counts as a failure. Half of the first-token
 *     time-out by default.
 * @param ejectsLastTarget Whether even a call's last target is taken out. False by default.
 */
record CircuitBreakerProperties(
    @Nullable Boolean enabled,
    @Nullable Integer window,
    @Nullable Integer failures,
    @Nullable Duration openFor,
    @Nullable Duration lockedFor,
    @Nullable Duration slowAfter,
    @Nullable Boolean ejectsLastTarget) {

  Breaker over(Breaker inherited) {
    if (Boolean.FALSE.equals(enabled)) {
      return Breaker.none();
    }
    boolean comesBack = (enabled != null || window != null) && !inherited.enabled();
    Breaker base = comesBack ? Breaker.standard() : inherited;
    int among = requireNonNullElse(window, base.window());
    if (among == 0) {
      return Breaker.none();
    }
    Breaker mine =
        base.withOpening(requireNonNullElse(failures, base.failures()), among)
            .withOpenFor(requireNonNullElse(openFor, base.openFor()))
            .withLockedFor(requireNonNullElse(lockedFor, base.lockedFor()))
            .withLastTargetEjected(requireNonNullElse(ejectsLastTarget, base.ejectsLastTarget()));
    return slowAfter == null ? mine : mine.withSlowAfter(slowAfter);
  }
}
