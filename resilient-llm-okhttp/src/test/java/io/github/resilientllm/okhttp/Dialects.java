package io.github.resilientllm.okhttp;

import io.github.resilientllm.okhttp.internal.openai.Traits;

/** What a dialect stands for, for tests in other rooms. */
public final class Dialects {

  private Dialects() {}

  public static Traits traits(Dialect dialect) {
    return dialect.traits();
  }
}
