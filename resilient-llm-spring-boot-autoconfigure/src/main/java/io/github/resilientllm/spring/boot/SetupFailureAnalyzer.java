package io.github.resilientllm.spring.boot;

import io.github.resilientllm.spring.internal.SetupException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows a {@link SetupException} as Spring Boot shows why an application did not start. */
final class SetupFailureAnalyzer extends AbstractFailureAnalyzer<SetupException> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, SetupException cause) {
    return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
  }
}
