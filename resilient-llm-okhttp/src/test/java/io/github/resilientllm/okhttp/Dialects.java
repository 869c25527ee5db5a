package io.github.resilientllm.okhttp;

/** What a dialect stands for, for tests in other rooms. */
public final class Dialects {

  private Dialects() {}

  public static Traits traits(Dialect dialect) {
    return dialect.traits();
  }
}
