package io.github.resilientllm.okhttp.internal.json;

import java.io.IOException;

/** An answer that is not what its protocol says. The message tells how, without content. */
public final class MalformedAnswer extends IOException {
  private static final long serialVersionUID = 1L;

  public MalformedAnswer(String message) {
    super(message);
  }

  public static MalformedAnswer tooLong(String part, long maxBytes) {
    return new MalformedAnswer("the " + part + " is longer than " + maxBytes + " bytes");
  }
}
