package io.github.resilientllm.okhttp;

import org.jspecify.annotations.Nullable;

/** Which words of a server may be repeated in a message. */
final class Words {

  private Words() {}

  /**
   * Whether a text is one word of {@code A-Z a-z 0-9 _ . : -}, so that it cannot quote a prompt.
   */
  static boolean isIdentifier(@Nullable String text, int maxLength) {
    if (text == null || text.isEmpty() || text.length() > maxLength) {
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
}
