package io.github.resilientllm.examples.cli;

import org.jspecify.annotations.Nullable;

/**
 * One option of a command.
 *
 * @param name with its dashes, such as {@code --seed}
 * @param value what its value is called in the help; null for a switch, which has none
 * @param help one line
 * @param refusal why it must not be used; null for all but the options that exist only to say so
 */
public record Option(String name, @Nullable String value, String help, @Nullable String refusal) {

  /** An option with a value. */
  public static Option value(String name, String value, String help) {
    return new Option(name, value, help, null);
  }

  /** An option that is there or not. */
  public static Option flag(String name, String help) {
    return new Option(name, null, help, null);
  }

  /** An option that people will try and must not: it is answered with the reason. */
  public static Option refused(String name, String reason) {
    return new Option(name, "VALUE", "", reason);
  }

  String usage() {
    return value == null ? name : name + " " + value;
  }
}
