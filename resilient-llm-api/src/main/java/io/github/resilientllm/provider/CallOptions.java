package io.github.resilientllm.provider;

import org.jspecify.annotations.Nullable;

/**
 * How one attempt is to be made.
 *
 * @param streaming whether the vendor is to send the answer as it is written. If not, the deltas
 *     come at once when the whole answer is there
 * @param before an earlier attempt of the same call at the same target, which may have ended or may
 *     still be running; null for the first one. A provider may take over from it what both have in
 *     common, such as the bytes of the request if it is the same object; it need not look at it
 */
public record CallOptions(boolean streaming, @Nullable ProviderCall before) {

  /** The options of a first attempt. */
  public CallOptions(boolean streaming) {
    this(streaming, null);
  }
}
