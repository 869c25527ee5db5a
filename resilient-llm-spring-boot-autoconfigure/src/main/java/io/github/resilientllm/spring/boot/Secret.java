package io.github.resilientllm.spring.boot;

import io.github.resilientllm.spring.internal.SetupException;

/** A key as a property holds it. It has no accessor that an endpoint could show. */
final class Secret {
  private final String value;

  private Secret(String value) {
    this.value = value;
  }

  /** Called by Spring's conversion of a property's text. */
  public static Secret of(String value) {
    return new Secret(value);
  }

  boolean isBlank() {
    return value.isBlank();
  }

  /**
   * The secret itself.
   *
   * @param property whose value it is
   * @throws SetupException if it is a placeholder that was not resolved
   */
  String reveal(String property) {
    if (value.startsWith("${") && value.endsWith("}")) {
      String variable = value.substring(2, value.length() - 1);
      throw new SetupException(
          property + " is " + value + ", and nothing defines " + variable + ".",
          "Set the environment variable or property " + variable + ".");
    }
    return value;
  }

  @Override
  public String toString() {
    return "[hidden]";
  }
}
