package io.github.resilientllm.spring.internal;

/** Something is set up wrongly, and the application does not start; never holds a secret. */
public final class SetupException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String action;

  /**
   * Creates an exception.
   *
   * @param description what is wrong, naming the property and its value
   * @param action what to do about it
   */
  public SetupException(String description, String action) {
    super(description);
    this.action = action;
  }

  /** What to do about it. */
  public String action() {
    return action;
  }
}
