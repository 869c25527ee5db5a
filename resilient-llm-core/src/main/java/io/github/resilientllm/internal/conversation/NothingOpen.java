package io.github.resilientllm.internal.conversation;

/** A turn was to be resumed and none is open, or no longer. */
public final class NothingOpen extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  NothingOpen() {
    super("Nothing to resume: every question is answered or discarded");
  }
}
