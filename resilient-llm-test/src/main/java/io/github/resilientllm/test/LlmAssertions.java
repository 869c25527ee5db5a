package io.github.resilientllm.test;

/** The entry to what can be said of a {@link Call}; import it statically. */
public final class LlmAssertions {
  private LlmAssertions() {}

  /**
   * Begins to say what must be true of a call.
   *
   * @throws NotReachedException if no request met a script of its vendors: then nothing was tested
   */
  public static CallAssert assertThat(Call call) {
    return new CallAssert(call);
  }
}
