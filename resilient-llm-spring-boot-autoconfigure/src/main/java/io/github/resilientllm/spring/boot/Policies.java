package io.github.resilientllm.spring.boot;

import io.github.resilientllm.Target;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.spring.internal.Names;
import io.github.resilientllm.spring.internal.Nearest;
import io.github.resilientllm.spring.internal.SetupException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The policies, each based on another one or on the library's defaults.
 *
 * <p>A target that several of them ask has one circuit breaker, one set of limits and one budget,
 * so they have to say the same of these, or the target says it itself.
 */
final class Policies {
  private static final String DEFAULT = "default";

  private final Map<String, PolicyProperties> policies;
  private final Targets targets;
  private final PolicySettings root;
  private final Map<String, PolicySettings> settings = new LinkedHashMap<>();

  /**
   * Works out what each policy says.
   *
   * @param targets all of them
   * @param fallback what happens beyond one target where no policy says it
   * @throws SetupException if a base is unknown or goes round in a circle, a value is wrong, or two
   *     policies contradict each other
   */
  Policies(Map<String, PolicyProperties> policies, Targets targets, Fallback fallback) {
    this.policies = policies;
    this.targets = targets;
    this.root =
        PolicySettings.standard(targets.isInOrder() ? targets.names() : List.of(), fallback);
    if (policies.isEmpty()) {
      add(DEFAULT, root);
    }
    policies.keySet().forEach(name -> add(name, resolve(name, new ArrayList<>())));
  }

  /** What each policy says, in their order. */
  Map<String, PolicySettings> settings() {
    return settings;
  }

  static String at(String policy) {
    return "resilient-llm.policies." + policy;
  }

  /**
   * The policy that is used where none is named.
   *
   * @param configured what the property says
   */
  String defaultPolicy(@Nullable String configured) {
    if (configured != null) {
      return Names.find(configured, settings.keySet())
          .orElseThrow(
              () ->
                  new SetupException(
                      "resilient-llm.default-policy is \""
                          + configured
                          + "\", and there is no such policy.",
                      Nearest.advice(configured, "policies", settings.keySet())));
    }
    if (settings.containsKey(DEFAULT)) {
      return DEFAULT;
    }
    if (settings.size() == 1) {
      return settings.keySet().iterator().next();
    }
    throw new SetupException(
        "There are the policies "
            + String.join(", ", settings.keySet())
            + ", and nothing says which one is used where none is named.",
        "Set resilient-llm.default-policy to one of them, or name one of them \"default\".");
  }

  private void add(String name, PolicySettings all) {
    checkOrder(name, all);
    settings.forEach((earlier, its) -> checkAgreement(earlier, its, name, all));
    settings.put(name, all);
  }

  private PolicySettings resolve(String name, List<String> path) {
    if (path.contains(name)) {
      path.add(name);
      throw new SetupException(
          "The policies go round in a circle by their base-policy: "
              + String.join(" -> ", path.subList(path.indexOf(name), path.size()))
              + ".",
          "Remove one of these base-policy settings.");
    }
    path.add(name);
    PolicyProperties own = Objects.requireNonNull(policies.get(name));
    String base = own.basePolicy();
    PolicySettings inherited = base == null ? root : resolve(base(name, base), path);
    List<String> chain = own.targets() == null ? inherited.targets() : chain(name, own.targets());
    return inherited.with(at(name), own, chain);
  }

  private String base(String policy, String base) {
    return Names.find(base, policies.keySet())
        .orElseThrow(
            () ->
                new SetupException(
                    "%s.base-policy is \"%s\", and there is no such policy."
                        .formatted(at(policy), base),
                    Nearest.advice(base, "policies", policies.keySet())));
  }

  /** Where nobody says it, the order would be that in which properties happen to be read. */
  private void checkOrder(String policy, PolicySettings all) {
    if (all.targets().isEmpty()) {
      List<String> names = targets.names().stream().sorted().toList();
      throw new SetupException(
          "There are the targets %s, and %s.targets does not say in which order they are asked. %s"
              .formatted(String.join(", ", names), at(policy), targets.whyNoOrder()),
          "Set %s.targets, the first one first, such as %s; or name a base-policy that has them."
              .formatted(at(policy), String.join(",", names)));
    }
  }

  /** The targets that a policy names, as they are spelled where they are defined. */
  private List<String> chain(String policy, List<String> named) {
    if (named.isEmpty()) {
      throw new SetupException(
          at(policy) + ".targets is empty, so there is nobody to ask.",
          "Name one target or more, or remove the property to have those of the base policy.");
    }
    List<String> chain = new ArrayList<>();
    for (String name : named) {
      String known =
          Names.find(name, targets.names())
              .orElseThrow(
                  () ->
                      new SetupException(
                          "%s.targets[%d] is \"%s\", and there is no such target."
                              .formatted(at(policy), chain.size(), name),
                          Nearest.advice(name, "targets", targets.names())));
      if (chain.contains(known)) {
        throw new SetupException(
            at(policy) + ".targets names \"" + name + "\" twice.",
            "Name it once; retry.max-attempts says how often it is asked.");
      }
      chain.add(known);
    }
    return chain;
  }

  private void checkAgreement(String a, PolicySettings ofA, String b, PolicySettings ofB) {
    for (String name : ofB.targets()) {
      if (ofA.targets().contains(name)) {
        Target shared = targets.target(name);
        agree(shared, shared.breaker(), "circuit-breaker", a, ofA.breaker(), b, ofB.breaker());
        agree(
            shared,
            shared.concurrency(),
            "concurrency",
            a,
            ofA.concurrency(),
            b,
            ofB.concurrency());
        agree(shared, shared.rateLimit(), "rate-limit", a, ofA.rateLimit(), b, ofB.rateLimit());
        agree(shared, shared.budget(), "budget", a, ofA.budget(), b, ofB.budget());
      }
    }
  }

  private static <T> void agree(
      Target target, Optional<T> own, String group, String a, T ofA, String b, T ofB) {
    if (own.isPresent() || ofA.equals(ofB)) {
      return;
    }
    throw new SetupException(
        "The policies \"%s\" and \"%s\" have different settings of %s, and both ask the target \"%s\", which has one for all policies."
            .formatted(a, b, group, target.name()),
        "Set resilient-llm.targets.%s.%s, which holds for all policies; or give %s.%s and %s.%s the same values."
            .formatted(target.name(), group, at(a), group, at(b), group));
  }
}
