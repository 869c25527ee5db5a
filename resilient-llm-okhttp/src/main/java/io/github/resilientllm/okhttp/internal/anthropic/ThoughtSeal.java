package io.github.resilientllm.okhttp.internal.anthropic;

/**
 * What Anthropic wants back with a block of thought: the signature under readable thought, or all
 * of a thought that it encrypted.
 *
 * @param redacted whether it is an encrypted thought
 * @param text the vendor's own text
 */
record ThoughtSeal(boolean redacted, String text) {
  private static final String REDACTED = "redacted ";
  private static final String SIGNATURE = "signature ";

  /** Reads what {@link #data()} wrote; anything else is taken for a signature. */
  static ThoughtSeal of(String data) {
    if (data.startsWith(REDACTED)) {
      return new ThoughtSeal(true, data.substring(REDACTED.length()));
    }
    boolean marked = data.startsWith(SIGNATURE);
    return new ThoughtSeal(false, marked ? data.substring(SIGNATURE.length()) : data);
  }

  /** Both in one text, to be kept with the thought. */
  String data() {
    return (redacted ? REDACTED : SIGNATURE) + text;
  }

  @Override
  public String toString() {
    return "ThoughtSeal[" + text.length() + " chars]";
  }
}
