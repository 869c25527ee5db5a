package io.github.resilientllm.internal.call;

import io.github.resilientllm.chat.ErrorKind;

/** Says, within a call, that it is over, and how it ends; its caller never sees this. */
final class CallOver extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorKind kind;

  CallOver(ErrorKind kind) {
    super(kind.name(), null, false, false); // it goes a few frames up: no trace is wanted
    this.kind = kind;
  }

  ErrorKind kind() {
    return kind;
  }
}
