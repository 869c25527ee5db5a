package io.github.resilientllm.spring.boot;

import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.spring.internal.Names;
import io.github.resilientllm.spring.internal.Nearest;
import io.github.resilientllm.spring.internal.SetupException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The policies, each based on another one or on the library's defaults. */
final class PolicyTree {
  private static final String DEFAULT = "default";

  private final Map<String, PolicyProperties> policies;
  private final Targets targets;
  private final PolicySettings root;
  private final Map<String, PolicySettings> settings = new LinkedHashMap<>();

  /**
   * Works out what each policy says.
   *
   * @param targets all of them
   * @throws SetupException if a base is unknown or goes round in a circle, or a value is wrong
   */
  PolicyTree(Map<String, PolicyProperties> policies, Targets targets) {
    this(policies, targets, Fallback.standard());
  }

  /**
   * The same with another default of what happens beyond one target.
   *
   * @throws SetupException likewise
   */
  PolicyTree(Map<String, PolicyProperties> policies, Targets targets, Fallback fallback) {
    this.policies = policies;
    this.targets = targets;
    this.root =
        PolicySettings.standard(targets.isInOrder() ? targets.names() : List.of())
            .withFallback(fallback);
    if (policies.isEmpty()) {
      checkOrder(DEFAULT, root);
      settings.put(DEFAULT, root);
      return;
    }
    for (String name : policies.keySet()) {
      PolicySettings all = resolve(name, new ArrayList<>());
      checkOrder(name, all);
      settings.put(name, all);
    }
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
    PolicySettings all = inherited.with(at(name), own);
    return own.targets() == null ? all : all.withTargets(chain(name, own.targets()));
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
}
