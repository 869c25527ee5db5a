package io.github.resilientllm.examples.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The options that a user gave to one command. */
public final class Arguments {
  private final Map<String, List<String>> given;
  private final List<String> operands;

  private Arguments(Map<String, List<String>> given, List<String> operands) {
    this.given = given;
    this.operands = List.copyOf(operands);
  }

  /** Reads {@code --name value}, {@code --name=value} and {@code --switch}. */
  static Arguments parse(Command command, List<String> words) throws UsageException {
    Map<String, List<String>> given = new LinkedHashMap<>();
    List<String> operands = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (!word.startsWith("-") && !command.operands().isEmpty()) {
        operands.add(word);
        continue;
      }
      // Split first, so that no message ever repeats the value: it may be a key.
      int equals = word.indexOf('=');
      String name = word.startsWith("--") && equals > 0 ? word.substring(0, equals) : word;
      Option option = find(command, name);
      if (option.refusal() != null) {
        throw new UsageException(option.refusal());
      }
      if (option.value() == null) {
        if (equals > 0) {
          throw new UsageException(name + " takes no value");
        }
        given.put(name, List.of());
        continue;
      }
      String value;
      if (equals > 0) {
        value = word.substring(equals + 1);
      } else if (i + 1 < words.size()) {
        value = words.get(++i);
      } else {
        throw new UsageException(name + " needs a value: " + option.usage());
      }
      given.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
    }
    return new Arguments(given, operands);
  }

  private static Option find(Command command, String name) throws UsageException {
    List<String> names = new ArrayList<>();
    for (Option option : command.options()) {
      if (option.name().equals(name)) {
        return option;
      }
      if (option.refusal() == null) {
        names.add(option.name());
      }
    }
    if (!name.startsWith("-")) {
      throw new UsageException(
          "\"" + command.name() + "\" takes options only, not \"" + name + "\"");
    }
    throw new UsageException(
        "unknown option \"" + name + "\" for " + command.name() + Nearest.hint(name, names));
  }

  /** What was given besides options, in order. */
  public List<String> operands() {
    return operands;
  }

  /** Whether the option was given. */
  public boolean has(String name) {
    return given.containsKey(name);
  }

  /** The option's value, the last one if it was given more than once. */
  public Optional<String> value(String name) {
    List<String> values = values(name);
    return values.isEmpty() ? Optional.empty() : Optional.of(values.get(values.size() - 1));
  }

  /** Every value of an option that may be repeated, in order. */
  public List<String> values(String name) {
    return given.getOrDefault(name, List.of());
  }

  /** A whole number within bounds, or the default. */
  public long number(String name, long otherwise, long min, long max) throws UsageException {
    String text = value(name).orElse(null);
    if (text == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // the same answer as for one out of bounds
    }
    throw new UsageException(
        name + " is a whole number from " + min + " to " + max + ", not \"" + text + "\"");
  }

  /** A number within bounds, or the default. */
  public double decimal(String name, double otherwise, double min, double max)
      throws UsageException {
    String text = value(name).orElse(null);
    if (text == null) {
      return otherwise;
    }
    try {
      double number = Double.parseDouble(text);
      if (number >= min && number <= max) { // also refuses NaN
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // the same answer as for one out of bounds
    }
    throw new UsageException(
        name + " is a number from " + min + " to " + max + ", not \"" + text + "\"");
  }
}
