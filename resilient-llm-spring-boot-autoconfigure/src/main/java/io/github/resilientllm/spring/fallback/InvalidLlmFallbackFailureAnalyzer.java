package io.github.resilientllm.spring.fallback;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what is wrong with an annotation, and what to change. */
final class InvalidLlmFallbackFailureAnalyzer
    extends AbstractFailureAnalyzer<InvalidLlmFallbackException> {

  @Override
  protected FailureAnalysis analyze(Throwable root, InvalidLlmFallbackException cause) {
    Mistake mistake = cause.mistake();
    return new FailureAnalysis(
        "@LlmFallback on " + mistake.where() + " cannot work:\n\n    " + mistake.what(),
        mistake.remedy(),
        cause);
  }
}
