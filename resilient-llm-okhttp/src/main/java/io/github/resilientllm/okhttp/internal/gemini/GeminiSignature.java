package io.github.resilientllm.okhttp.internal.gemini;

import io.github.resilientllm.chat.VendorData;
import org.jspecify.annotations.Nullable;

/**
 * A thought signature together with the kind of part that it came on, since it goes back on a part
 * of the same kind.
 *
 * <p>In a history there is no room for it on a text, so that it stands there as reasoning before
 * the text. That of a tool call stands on the call itself.
 *
 * @param isOfText whether it came on a text, and not on a thought
 */
record GeminiSignature(boolean isOfText, String value) {
  private static final String TEXT = "text:";
  private static final String THOUGHT = "thought:";

  /** The signature in reasoning that is Gemini's own; null if it holds none. */
  static @Nullable GeminiSignature of(VendorData data) {
    String text = data.data();
    if (text.startsWith(TEXT)) {
      return new GeminiSignature(true, text.substring(TEXT.length()));
    }
    return text.startsWith(THOUGHT)
        ? new GeminiSignature(false, text.substring(THOUGHT.length()))
        : null;
  }

  VendorData asVendorData() {
    return new VendorData(GeminiProtocol.VENDOR, (isOfText ? TEXT : THOUGHT) + value);
  }

  /** Whose it is, not what. */
  @Override
  public String toString() {
    return "GeminiSignature[" + value.length() + " chars]";
  }
}
