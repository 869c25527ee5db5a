package io.github.resilientllm.spring.boot;

import io.github.resilientllm.Target;
import io.github.resilientllm.spring.internal.SetupException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What policies say of the targets that they share. A target has one circuit breaker, one set of
 * limits and one budget, so they have to say the same, or the target says it itself.
 */
final class SharedTargets {
  private final Targets targets;
  private final Map<String, Said> first = new HashMap<>();

  /** What the first policy that asks a target says. */
  private record Said(String policy, PolicySettings settings) {}

  SharedTargets(Targets targets) {
    this.targets = targets;
  }

  /**
   * Adds a policy.
   *
   * @throws SetupException if it says something else than a policy before it
   */
  void add(String policy, PolicySettings settings) {
    for (String name : settings.targets()) {
      Said before = first.putIfAbsent(name, new Said(policy, settings));
      if (before != null) {
        agree(targets.target(name), before, new Said(policy, settings));
      }
    }
  }

  private static void agree(Target target, Said a, Said b) {
    agree(target, target.breaker(), "circuit-breaker", PolicySettings::breaker, a, b);
    agree(target, target.concurrency(), "concurrency", PolicySettings::concurrency, a, b);
    agree(target, target.rateLimit(), "rate-limit", PolicySettings::rateLimit, a, b);
    agree(target, target.budget(), "budget", PolicySettings::budget, a, b);
  }

  private static void agree(
      Target target,
      Optional<?> own,
      String group,
      Function<PolicySettings, ?> policy,
      Said before,
      Said now) {
    if (own.isPresent() || policy.apply(before.settings).equals(policy.apply(now.settings))) {
      return;
    }
    throw new SetupException(
        "The policies \"%s\" and \"%s\" have different settings of %s, and both ask the target \"%s\", which has one for all policies."
            .formatted(before.policy, now.policy, group, target.name()),
        "Set resilient-llm.targets.%s.%s, which holds for all policies; or give %s.%s and %s.%s the same values."
            .formatted(
                target.name(),
                group,
                PolicyTree.at(before.policy),
                group,
                PolicyTree.at(now.policy),
                group));
  }
}
