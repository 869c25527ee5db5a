package io.github.resilientllm.okhttp;

import java.io.IOException;

/** A request that cannot be put into a vendor's words. The message tells why, without content. */
final class UnwritableRequest extends IOException {
  private static final long serialVersionUID = 1L;

  UnwritableRequest(String message) {
    super(message);
  }
}
