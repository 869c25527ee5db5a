package io.github.resilientllm.spring.boot;

import io.github.resilientllm.spring.internal.SetupException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

/** Says what the library says of its values in the words of properties. */
final class PropertyWords {
  private static final Pattern HUMP = Pattern.compile("(?<=[a-z])([A-Z])");
  private static final Pattern CAMEL = Pattern.compile("\\b[a-z]+(?:[A-Z][a-z]+)+\\b");
  private static final Pattern ISO = Pattern.compile("\\bP(?:\\d+D)?(?:T(?:[\\d.]+[HMS])+)?");

  private PropertyWords() {}

  /**
   * A value that the library refuses.
   *
   * @param at the property whose value it is, or the group of properties
   */
  static SetupException wrong(String at, RuntimeException refusal) {
    return new SetupException(
        at + " is set wrongly: " + properties(String.valueOf(refusal.getMessage())) + ".",
        "Correct " + at + ".");
  }

  /** The name of an enum's value as a property has it. */
  static String of(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A duration as a property has it. */
  static String of(Duration time) {
    if (time.toMillis() % 1000 != 0) {
      return time.toMillis() + "ms";
    }
    return time.toSeconds() + "s";
  }

  /** The name of a record's component as a property has it. */
  static String kebab(String name) {
    return HUMP.matcher(name).replaceAll("-$1").toLowerCase(Locale.ROOT);
  }

  /** What the library says, with its own words for settings replaced by those of properties. */
  static String properties(String message) {
    String named =
        message
            .replace("Retry.", "retry.")
            .replace("Hedge.", "hedge.")
            .replace("Breaker.", "circuit-breaker.")
            .replace("the first-token time-out", "first-token-timeout")
            .replace("the deadline", "timeout");
    String kebab = CAMEL.matcher(named).replaceAll(found -> kebab(found.group()));
    return ISO.matcher(kebab).replaceAll(found -> of(Duration.parse(found.group())));
  }
}
