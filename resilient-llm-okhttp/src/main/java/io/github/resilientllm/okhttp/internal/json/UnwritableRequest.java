package io.github.resilientllm.okhttp.internal.json;

import java.io.IOException;

/** A request that cannot be put into a vendor's words. The message tells why, without content. */
public final class UnwritableRequest extends IOException {
  private static final long serialVersionUID = 1L;

  public UnwritableRequest(String message) {
    super(message);
  }
}
