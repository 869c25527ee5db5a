package io.github.resilientllm.spring.boot;

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
  private final PolicySettings root;
  private final Map<String, PolicySettings> settings = new LinkedHashMap<>();

  /**
   * Works out what each policy says.
   *
   * @param targets all targets in their order
   * @throws SetupException if a base is unknown or goes round in a circle, or a value is wrong
   */
  PolicyTree(Map<String, PolicyProperties> policies, List<String> targets) {
    this.policies = policies;
    this.root = PolicySettings.standard(targets);
    if (policies.isEmpty()) {
      settings.put(DEFAULT, root);
      return;
    }
    for (String name : policies.keySet()) {
      PolicySettings all = resolve(name, new ArrayList<>());
      checkTargets(name, all.targets(), targets);
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
      if (!settings.containsKey(configured)) {
        throw new SetupException(
            "resilient-llm.default-policy is \"" + configured + "\", and there is no such policy.",
            Nearest.advice(configured, "policies", settings.keySet()));
      }
      return configured;
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
    if (base == null) {
      return root.with(at(name), own);
    }
    if (!policies.containsKey(base)) {
      throw new SetupException(
          "%s.base-policy is \"%s\", and there is no such policy.".formatted(at(name), base),
          Nearest.advice(base, "policies", policies.keySet()));
    }
    return resolve(base, path).with(at(name), own);
  }

  private static void checkTargets(String policy, List<String> chain, List<String> known) {
    if (chain.isEmpty()) {
      throw new SetupException(
          at(policy) + ".targets is empty, so there is nobody to ask.",
          "Name one target or more, or remove the property to use all targets in their order.");
    }
    for (int place = 0; place < chain.size(); place++) {
      String name = chain.get(place);
      if (!known.contains(name)) {
        throw new SetupException(
            "%s.targets[%d] is \"%s\", and there is no such target."
                .formatted(at(policy), place, name),
            Nearest.advice(name, "targets", known));
      }
      if (chain.indexOf(name) < place) {
        throw new SetupException(
            at(policy) + ".targets names \"" + name + "\" twice.",
            "Name it once; retry.max-attempts says how often it is asked.");
      }
    }
  }
}
