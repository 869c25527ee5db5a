package io.github.resilientllm.okhttp;

import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A secret that a vendor wants with each request. Nothing shows it: neither {@code toString} nor
 * any message of this library.
 */
public final class ApiKey {
  private final Supplier<String> source;
  private final boolean rotates;

  private ApiKey(Supplier<String> source, boolean rotates) {
    this.source = source;
    this.rotates = rotates;
  }

  /**
   * A key that stays the same.
   *
   * @throws IllegalArgumentException if it is blank or holds anything but printable ASCII, such as
   *     the line end of a file it was read from
   */
  public static ApiKey of(String key) {
    check(key, "The key");
    return new ApiKey(() -> key, false);
  }

  /**
   * The key in an environment variable, read now.
   *
   * @throws IllegalArgumentException if the variable is not set or its value is no key, naming the
   *     variable
   */
  public static ApiKey fromEnv(String variable) {
    String key = System.getenv(variable);
    if (key == null || key.isBlank()) {
      throw new IllegalArgumentException(
          "The environment variable "
              + variable
              + " holds the key but is "
              + (key == null ? "not set" : "blank"));
    }
    check(key, "The key in the environment variable " + variable);
    return new ApiKey(() -> key, false);
  }

  /**
   * A token that changes over time, such as one of Microsoft Entra. The supplier is asked for each
   * attempt, on a thread of its own, since it may hang and a call must still end; it caches if
   * asking is dear. A refused token is tried once more, as it may have been renewed in the
   * meantime.
   */
  public static ApiKey supplied(Supplier<String> source) {
    return new ApiKey(Objects.requireNonNull(source, "source"), true);
  }

  /** Says that it is a key, not which. */
  @Override
  public String toString() {
    return "ApiKey[hidden]";
  }

  /** Whether another look may give another value. */
  boolean rotates() {
    return rotates;
  }

  /**
   * The secret itself.
   *
   * @throws IllegalArgumentException if what was supplied is no key
   */
  String value() {
    String key = source.get();
    if (rotates) {
      check(key, "The supplied key");
    }
    return key;
  }

  private static void check(@Nullable String key, String what) {
    if (key == null || key.isBlank()) {
      throw new IllegalArgumentException(what + " is blank");
    }
    for (int i = 0; i < key.length(); i++) {
      if (key.charAt(i) <= ' ' || key.charAt(i) > '~') { // also what could split a header
        throw new IllegalArgumentException(
            what + " holds a space, a line end or another character no key has, at index " + i);
      }
    }
  }
}
