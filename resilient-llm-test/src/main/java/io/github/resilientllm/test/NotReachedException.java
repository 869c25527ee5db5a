package io.github.resilientllm.test;

/** A scenario did not take place, so that nothing can be said about the code under test. */
public final class NotReachedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /** Says what did not happen. */
  public NotReachedException(String message) {
    super(message);
  }
}
