package io.github.resilientllm.okhttp;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * JSON in UTF-8 in which no text holds half of a character: a surrogate without its other half, as
 * a stream that was cut leaves it, becomes U+FFFD. Vendors refuse a body that holds one.
 *
 * <p>Long texts, which are nearly all of a long conversation, are encoded whole by the JDK and
 * escaped by {@link EscapedText}; Jackson's own way from character to byte takes several times as
 * long.
 */
final class WholeCharacters extends JsonGeneratorDelegate {
  private static final int LONG = 64; // below this, two arrays cost what they save

  private final EscapedText escaped = new EscapedText();

  WholeCharacters(JsonGenerator json) {
    super(json, /* delegateCopyMethods= */ false);
  }

  @Override
  public void writeString(String text) throws IOException {
    if (text.length() < LONG) {
      super.writeString(whole(text));
      return;
    }
    escaped.set(utf8(text));
    super.writeRawUTF8String(escaped.bytes(), 0, escaped.length());
  }

  @Override
  public void writeFieldName(String name) throws IOException {
    super.writeFieldName(whole(name));
  }

  @Override
  public void writeRawValue(String text) throws IOException {
    super.writeRawValue(whole(text));
  }

  private static byte[] utf8(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    boolean hasHalf =
        utf8.length == text.length() ? hasHalf(text, utf8) : !whole(text).equals(text);
    return hasHalf ? whole(text).getBytes(StandardCharsets.UTF_8) : utf8;
  }

  /** Whether a question mark stands for half a character, in a text that is otherwise ASCII. */
  private static boolean hasHalf(String text, byte[] utf8) {
    int at = ByteSearch.first((byte) '?', utf8, 0, utf8.length);
    while (at < utf8.length) {
      if (text.charAt(at) != '?') {
        return true;
      }
      at = ByteSearch.first((byte) '?', utf8, at + 1, utf8.length);
    }
    return false;
  }

  /** The text itself if it has no such half, as almost every text. */
  static String whole(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isHalf(text, i)) {
        return repaired(text, i);
      }
      i += Character.isSurrogate(text.charAt(i)) ? 1 : 0;
    }
    return text;
  }

  private static String repaired(String text, int from) {
    StringBuilder whole = new StringBuilder(text);
    for (int i = from; i < text.length(); i++) {
      if (isHalf(text, i)) {
        whole.setCharAt(i, '\uFFFD');
      } else if (Character.isSurrogate(text.charAt(i))) {
        i++; // the second half of a pair
      }
    }
    return whole.toString();
  }

  /** Whether the character here is a surrogate and does not begin a pair. */
  private static boolean isHalf(String text, int i) {
    return Character.isSurrogate(text.charAt(i))
        && !(i + 1 < text.length()
            && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1)));
  }
}
