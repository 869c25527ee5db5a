package io.github.resilientllm.okhttp.internal.connection;

import java.io.IOException;

/** A connection that is not to be used any more; nothing of the request was sent over it. */
final class DeadConnection extends IOException {
  private static final long serialVersionUID = 1L;

  DeadConnection() {
    super("the connection had ended while it was idle");
  }
}
