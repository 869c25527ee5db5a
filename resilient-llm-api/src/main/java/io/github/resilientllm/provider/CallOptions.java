package io.github.resilientllm.provider;

/**
 * How one attempt is to be made.
 *
 * <p>A class with factories and not a record, so that it can say more one day.
 */
public final class CallOptions {
  private static final CallOptions WHOLE = new CallOptions(false);
  private static final CallOptions STREAMED = new CallOptions(true);

  private final boolean streaming;

  private CallOptions(boolean streaming) {
    this.streaming = streaming;
  }

  /** The answer is to come when it is complete; its deltas then come at once. */
  public static CallOptions whole() {
    return WHOLE;
  }

  /** The vendor is to send the answer as it is written. */
  public static CallOptions streamed() {
    return STREAMED;
  }

  /** Either of the two. */
  public static CallOptions of(boolean streaming) {
    return streaming ? STREAMED : WHOLE;
  }

  /**
   * Whether the vendor is to send the answer as it is written. If not, the deltas come at once when
   * the whole answer is there.
   */
  public boolean streaming() {
    return streaming;
  }

  @Override
  public String toString() {
    return streaming ? "CallOptions[streamed]" : "CallOptions[whole]";
  }
}
