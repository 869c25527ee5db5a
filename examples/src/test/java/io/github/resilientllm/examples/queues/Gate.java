package io.github.resilientllm.examples.queues;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import java.time.Duration;
import java.util.Comparator;

/** What a queue needs to know of the vendors, whatever queue it is. */
final class Gate {
  private Gate() {}

  /** How long to take nothing from the queue; zero as soon as one target can be asked. */
  static Duration closedFor(ResilientLlm llm) {
    return llm.targets().stream().map(Gate::closedFor).min(Comparator.naturalOrder()).orElseThrow();
  }

  private static Duration closedFor(Target.State target) {
    if (target.breaker() != BreakerState.OPEN) {
      return target.limitedFor();
    }
    return target.forced() ? Duration.ofMinutes(1) : target.probeIn(); // until somebody resets it
  }

  /** Whether it is the vendors' doing, which must cost the work no attempt. */
  static boolean isOutage(LlmException failure) {
    ErrorKind kind = failure.kind();
    return kind.countsAgainstTarget()
        || kind.locksOutTarget()
        || kind == ErrorKind.RATE_LIMITED
        || kind == ErrorKind.LIMIT_EXCEEDED
        || kind == ErrorKind.CIRCUIT_OPEN
        || kind == ErrorKind.DEADLINE_EXCEEDED;
  }
}
