package io.github.resilientllm.spring.boot;

import io.github.resilientllm.Target;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The targets of an application, each made once: whoever asks one by whichever policy learns what
 * all others have learnt of it.
 */
final class Targets {
  private final Map<String, Target> byName;
  private final boolean inOrder;
  private final String whyNoOrder;

  private Targets(Map<String, Target> byName, boolean inOrder, String whyNoOrder) {
    this.byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    this.inOrder = inOrder || byName.size() == 1;
    this.whyNoOrder = whyNoOrder;
  }

  /** Those of properties, which have no order: it is that of the sources that name them first. */
  static Targets ofProperties(Map<String, Target> byName) {
    return new Targets(
        byName,
        false,
        "Properties have no order of their own: an environment variable or a profile would change"
            + " it.");
  }

  /**
   * Those of beans.
   *
   * @param inOrder whether the beans say their order
   */
  static Targets ofBeans(Map<String, Target> byName, boolean inOrder) {
    return new Targets(
        byName,
        inOrder,
        "Beans are in order where @Order gives each a number of its own, and here it does not.");
  }

  /** All their names. */
  List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /** Whether the names are in the order in which they are to be asked. */
  boolean isInOrder() {
    return inOrder;
  }

  /** Why they are in no order. */
  String whyNoOrder() {
    return whyNoOrder;
  }

  /** The target of that name, the same one at each call. */
  Target target(String name) {
    Target target = byName.get(name);
    if (target == null) {
      throw new IllegalArgumentException("There is no target " + name + " in " + names());
    }
    return target;
  }
}
