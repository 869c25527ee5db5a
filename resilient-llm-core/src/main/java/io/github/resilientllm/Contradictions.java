package io.github.resilientllm;

import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds settings of which one makes another one useless; each policy checks itself. */
final class Contradictions {
  private Contradictions() {}

  static void check(Assembly assembly) {
    List<Target> targets = assembly.targets();
    Hedge hedge = assembly.hedge();
    Timeouts timeouts = assembly.timeouts();
    Set<String> names = new HashSet<>();
    for (Target target : targets) {
      if (!names.add(target.name())) {
        throw new IllegalArgumentException(
            "Two targets are named \""
                + target.name()
                + "\"; tell them apart with Target.of(provider).named(...)");
      }
    }
    Duration deadline = timeouts.deadline();
    for (Assembly.Rung rung : assembly.rungs()) {
      Retry retry = assembly.retryOf(rung);
      if (retry.maxAttempts() > 1) {
        shorter(
            "Retry.baseDelay", retry.baseDelay(), "the deadline", deadline, "no retry would fit");
      }
    }
    if (hedge.enabled()) {
      shorter(
          "Hedge.initialDelay",
          hedge.initialDelay(),
          "the first-token time-out",
          timeouts.firstToken(),
          "no hedge would start");
    }
    for (Target target : targets) {
      Breaker its = target.breaker().orElse(assembly.breaker());
      if (its.enabled() && its.slowAfter().isPresent()) {
        shorter(
            "Breaker.slowAfter",
            its.slowAfter().get(),
            "the first-token time-out",
            timeouts.firstToken(),
            "no first token could be slow");
      }
    }
  }

  private static void shorter(
      String name, Duration value, String limitName, Duration limit, String otherwise) {
    if (value.compareTo(limit) >= 0) {
      throw new IllegalArgumentException(
          name
              + " "
              + value
              + " is not shorter than "
              + limitName
              + " of "
              + limit
              + ": "
              + otherwise
              + "; shorten it or lengthen the other");
    }
  }
}
