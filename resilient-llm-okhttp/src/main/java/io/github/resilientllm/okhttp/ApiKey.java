package io.github.resilientllm.okhttp;

import io.github.resilientllm.okhttp.internal.identity.Renewing;
import io.github.resilientllm.okhttp.internal.identity.Secret;
import io.github.resilientllm.okhttp.internal.identity.Supplied;
import io.github.resilientllm.okhttp.internal.waiting.Elapsed;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A secret that a vendor wants with each request. Nothing shows it: neither {@code toString} nor
 * any message of this library.
 */
public final class ApiKey {

  /**
   * A token and when it ends, as {@link #expiring} wants it.
   *
   * @param value the token; printable ASCII without spaces
   * @param expires when the vendor will no longer accept it
   */
  public record Token(String value, Instant expires) {
    /**
     * Checks the token.
     *
     * @throws IllegalArgumentException if it is no key, without showing it
     */
    public Token {
      check(value, "The token");
      Objects.requireNonNull(expires, "expires");
    }

    /** Says when it ends, not what it is. */
    @Override
    public String toString() {
      return "Token[hidden, expires " + expires + "]";
    }
  }

  private final Secret secret;

  private ApiKey(Secret secret) {
    this.secret = secret;
  }

  /**
   * A key that stays the same.
   *
   * @throws IllegalArgumentException if it is blank or holds anything but printable ASCII, such as
   *     the line end of a file it was read from
   */
  public static ApiKey of(String key) {
    check(key, "The key");
    return new ApiKey(Secret.of(key));
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
    return new ApiKey(Secret.of(key));
  }

  /**
   * A token that changes over time. The supplier is asked for each attempt, on a thread of its own,
   * since it may hang and a call must still end; it caches if asking is dear. A refused token is
   * tried once more, as it may have been renewed in the meantime.
   */
  public static ApiKey supplied(Supplier<String> source) {
    Objects.requireNonNull(source, "source");
    return new ApiKey(
        Secret.changing(
            () ->
                Supplied.ask(
                    () -> {
                      String key = source.get();
                      check(key, "The supplied key");
                      return key;
                    }),
            refused -> {}));
  }

  /**
   * A token whose end is known, such as one of Microsoft Entra or of Google. The supplier is asked
   * for the first one, and again five minutes before the end of each (halfway, if it lives for less
   * than ten) while the old one still serves; never by two attempts at once, unless it hangs. If it
   * fails, the old one serves to its end. A token that the vendor refuses is let go of, and the
   * attempt is made once more with the next one.
   */
  public static ApiKey expiring(Supplier<Token> source) {
    return expiring(source, InstantSource.system(), Elapsed::nanos);
  }

  static ApiKey expiring(Supplier<Token> source, InstantSource clock, LongSupplier nanos) {
    Objects.requireNonNull(source, "source");
    Renewing<Token> tokens =
        new Renewing<>(source::get, token -> Optional.of(token.expires()), clock, nanos);
    return new ApiKey(
        Secret.changing(
            () -> tokens.value().thenApply(Token::value),
            refused -> tokens.refusedIf(token -> token.value().equals(refused))));
  }

  /** Says that it is a key, not which. */
  @Override
  public String toString() {
    return "ApiKey[hidden]";
  }

  /** For those who send it. */
  Secret secret() {
    return secret;
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
