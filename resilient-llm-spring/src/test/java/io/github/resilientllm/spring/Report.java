package io.github.resilientllm.spring;

import io.github.resilientllm.spring.internal.SetupException;

/** What a person reads of an application that does not start. */
public final class Report {
  private Report() {}

  /** What is wrong, and what to do about it. */
  public static String of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SetupException wrong) {
        return wrong.getMessage() + "\n\nAction:\n\n" + wrong.action();
      }
    }
    throw new AssertionError("no report", failure);
  }
}
