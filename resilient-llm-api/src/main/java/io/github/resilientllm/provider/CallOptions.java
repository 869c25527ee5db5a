package io.github.resilientllm.provider;

import io.github.resilientllm.chat.Experimental;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How one attempt is to be made.
 *
 * <p>A class with factories and not a record, so that it can say more one day.
 */
public final class CallOptions {
  private static final CallOptions WHOLE =
      new CallOptions(false, null, CallOptions::isOfNoInterest);
  private static final CallOptions STREAMED =
      new CallOptions(true, null, CallOptions::isOfNoInterest);

  private final boolean streaming;
  private final @Nullable String attachTo;
  private final Consumer<String> listener;

  private CallOptions(boolean streaming, @Nullable String attachTo, Consumer<String> listener) {
    this.streaming = streaming;
    this.attachTo = attachTo;
    this.listener = listener;
  }

  private static void isOfNoInterest(String handle) {}

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
   * The same for an answer that the vendor may be writing already, to be heard from its beginning
   * and not asked for once more. It is a wish: a provider that has no handles, or whose answer is
   * gone, asks.
   *
   * @param handle what the same model was told by {@link #tellHandle}, perhaps in another process
   */
  @Experimental
  public CallOptions attachingTo(String handle) {
    return new CallOptions(streaming, Objects.requireNonNull(handle, "handle"), listener);
  }

  /**
   * The same, telling the handle of the answer as soon as the vendor has said it, which may be long
   * before the first delta. Most answers have none.
   *
   * @param listener is called on the thread that reads the attempt; neither blocks nor throws
   */
  @Experimental
  public CallOptions tellingHandle(Consumer<String> listener) {
    return new CallOptions(streaming, attachTo, Objects.requireNonNull(listener, "listener"));
  }

  /**
   * Whether the vendor is to send the answer as it is written. If not, the deltas come at once when
   * the whole answer is there.
   */
  public boolean streaming() {
    return streaming;
  }

  /** The handle of the answer to attach to; empty for a new one. */
  @Experimental
  public Optional<String> attachTo() {
    return Optional.ofNullable(attachTo);
  }

  /** Tells the handle of an answer that runs at the vendor's by itself; for providers. */
  @Experimental
  public void tellHandle(String handle) {
    listener.accept(Objects.requireNonNull(handle, "handle"));
  }

  @Override
  public String toString() {
    return streaming ? "CallOptions[streamed]" : "CallOptions[whole]";
  }
}
