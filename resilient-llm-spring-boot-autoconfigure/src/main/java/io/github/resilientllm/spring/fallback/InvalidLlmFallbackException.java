package io.github.resilientllm.spring.fallback;

/** An annotation that cannot mean what it says. */
final class InvalidLlmFallbackException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Mistake mistake;

  InvalidLlmFallbackException(Mistake mistake) {
    super("@LlmFallback on " + mistake.where() + ": " + mistake.what() + " " + mistake.remedy());
    this.mistake = mistake;
  }

  Mistake mistake() {
    return mistake;
  }
}
