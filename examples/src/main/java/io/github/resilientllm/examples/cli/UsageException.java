package io.github.resilientllm.examples.cli;

/** A mistake on the command line, told to the user in one line. */
public final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  /** A mistake; the message names what is wrong and what would be right. */
  public UsageException(String message) {
    super(message);
  }
}
