package io.github.resilientllm.okhttp.internal.json;

import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import java.io.IOException;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * JSON in which no text holds half of a character: a surrogate without its other half, as a stream
 * that was cut leaves it, becomes U+FFFD. Vendors refuse a body that holds one.
 */
public final class WholeCharacters extends JsonGeneratorDelegate {
  /** From here on what it costs to go around Jackson is less than what its two copies cost. */
  private static final int LONG = 128;

  private final Buffer out;
  private @Nullable TextBytes texts; // made when a text is long

  WholeCharacters(Buffer out) throws IOException {
    super(Json.FACTORY.createGenerator(out.outputStream()), /* delegateCopyMethods= */ false);
    this.out = out;
  }

  @Override
  public void writeString(String text) throws IOException {
    if (text.length() < LONG) {
      super.writeString(whole(text));
      return;
    }
    if (texts == null) {
      texts = new TextBytes(out);
    }
    super.writeRawValue("\"");
    flush(); // what was written before it
    texts.write(text);
    out.writeByte('"');
  }

  @Override
  public void writeFieldName(String name) throws IOException {
    super.writeFieldName(whole(name));
  }

  @Override
  public void writeRawValue(String text) throws IOException {
    super.writeRawValue(whole(text));
  }

  /** The text itself if it has no such half, as almost every text. */
  public static String whole(String text) {
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
