package io.github.resilientllm.okhttp.internal.head;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which words of a server may be repeated in a message: none that could quote a prompt, and none
 * with a secret of the request that it answers. Immutable.
 */
public final class Words {
  /** For an answer to a request without secrets. */
  public static final Words OF_NO_SECRET = new Words(List.of());

  private static final int TELLING = 8; // as many characters of a secret are none by chance

  /** How the keys of vendors begin, for the server may know others than the one it was sent. */
  private static final Pattern KEY =
      Pattern.compile(
          "(?<![a-zA-Z0-9])(?:sk[-_]|gsk_|xai-|AIza|ya29\\.|ABSK|bedrock-api-key|A[KS]IA|eyJ|hf_)");

  private final List<String> secrets;

  public Words(List<String> secrets) {
    List<String> some = new ArrayList<>(secrets);
    some.removeIf(String::isEmpty);
    this.secrets = some;
  }

  /** Whether a text is long enough to be told from words that come by chance. */
  public static boolean isLong(String text) {
    return text.length() >= TELLING;
  }

  /** Whether a text is one word of {@code A-Z a-z 0-9 _ . : -} and shows nothing of a secret. */
  public boolean mayShow(@Nullable String text, int maxLength) {
    if (text == null || !isIdentifier(text, maxLength) || KEY.matcher(text).find()) {
      return false;
    }
    for (String secret : secrets) {
      if (showsOf(secret, text)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isIdentifier(String text, int maxLength) {
    if (text.isEmpty() || text.length() > maxLength) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letterOrDigit =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letterOrDigit && c != '_' && c != '.' && c != ':' && c != '-') {
        return false;
      }
    }
    return true;
  }

  /** Whether a text holds a secret, or a piece of it from which more than its shape is seen. */
  private static boolean showsOf(String secret, String text) {
    int piece = Math.min(TELLING, secret.length());
    for (int from = 0; from + piece <= text.length(); from++) {
      for (int at = 0; at + piece <= secret.length(); at++) {
        if (secret.regionMatches(at, text, from, piece)) {
          return true;
        }
      }
    }
    return false;
  }
}
