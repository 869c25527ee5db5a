package io.github.resilientllm.chat;

import java.util.Objects;

/**
 * A function that the model may ask the application to run.
 *
 * @param name 1 to 64 of {@code A-Z a-z 0-9 _ -}, the set every vendor takes; for Gemini's sake not
 *     starting with a digit or a hyphen
 * @param description what it does and when to use it; may be empty
 * @param parameters a JSON Schema of type object, as JSON text
 * @param strict whether the vendor is to enforce the schema where it can
 */
public record Tool(String name, String description, String parameters, boolean strict) {

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if a vendor would refuse the name, or the schema is blank
   */
  public Tool {
    Objects.requireNonNull(description, "description");
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "A tool's name is 1 to 64 of A-Z a-z 0-9 _ - and starts with a letter or _, not \""
              + name
              + "\"");
    }
    if (!parameters.stripLeading().startsWith("{")) {
      throw new IllegalArgumentException(
          "The parameters of tool \"" + name + "\" are a JSON Schema, which starts with {");
    }
  }

  /** A tool whose schema the vendor need not enforce. */
  public static Tool of(String name, String description, String parameters) {
    return new Tool(name, description, parameters, false);
  }

  /** The same tool with the schema enforced where the vendor can. */
  public Tool enforced() {
    return new Tool(name, description, parameters, true);
  }

  private static boolean isName(String name) {
    if (name.isEmpty() || name.length() > 64 || name.charAt(0) == '-' || isDigit(name.charAt(0))) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && !isDigit(c) && c != '_' && c != '-') {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
