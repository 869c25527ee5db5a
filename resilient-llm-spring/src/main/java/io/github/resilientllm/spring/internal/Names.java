package io.github.resilientllm.spring.internal;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The names that an application gives. Two that differ in dashes and case only are one name, for an
 * environment variable has neither: {@code claude-sonnet} in a file is {@code CLAUDESONNET} there.
 */
public final class Names {
  private Names() {}

  /** The form that all spellings of a name have in common. */
  public static String uniform(String name) {
    return name.replace("-", "").toLowerCase(Locale.ROOT);
  }

  /**
   * The known name that a written one means: itself, or else another spelling of it.
   *
   * @return empty if it is not known
   */
  public static Optional<String> find(String written, Collection<String> known) {
    if (known.contains(written)) {
      return Optional.of(written);
    }
    String uniform = uniform(written);
    return known.stream().filter(name -> uniform(name).equals(uniform)).findFirst();
  }

  /**
   * The same values, with one entry for all spellings of a name. It has the spelling that an
   * environment variable cannot have, whoever read which source first.
   *
   * @param bound as Spring Boot binds a map: all entries of one name hold the same
   */
  public static <V> Map<String, V> joined(Map<String, V> bound) {
    Map<String, String> spellings = new LinkedHashMap<>(); // by the uniform name
    bound.keySet().forEach(name -> spellings.merge(uniform(name), name, Names::better));
    Map<String, V> joined = new LinkedHashMap<>();
    spellings.values().forEach(name -> joined.put(name, bound.get(name)));
    return joined;
  }

  /** A method as people write it, without its class and package names. */
  public static String signature(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .limit(Kotlin.parameterCount(method))
        .map(Class::getSimpleName)
        .collect(Collectors.joining(", ", method.getName() + "(", ")"));
  }

  private static String better(String one, String other) {
    boolean oneIsPlain = one.equals(uniform(one));
    boolean otherIsPlain = other.equals(uniform(other));
    if (oneIsPlain != otherIsPlain) {
      return oneIsPlain ? other : one;
    }
    return one.compareTo(other) <= 0 ? one : other;
  }
}
