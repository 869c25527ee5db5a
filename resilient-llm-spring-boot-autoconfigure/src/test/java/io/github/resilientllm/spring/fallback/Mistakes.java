package io.github.resilientllm.spring.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.support.SpringFactoriesLoader;

/** What a person reads when an annotation cannot mean what it says. */
final class Mistakes {
  private Mistakes() {}

  /** The text that stops the application of these beans. */
  static String analysis(Class<?>... beans) {
    return analysis(Outage.total().application(beans));
  }

  static String analysis(ApplicationContextRunner application) {
    AtomicReference<String> text = new AtomicReference<>();
    application.run(
        context -> {
          assertThat(context).hasFailed();
          FailureAnalysis analysis = analyzed(context.getStartupFailure());
          text.set(analysis.getDescription() + "\n\nAction:\n\n" + analysis.getAction());
        });
    return text.get();
  }

  private static FailureAnalysis analyzed(Throwable failure) {
    return SpringFactoriesLoader.forDefaultResourceLocation()
        .load(FailureAnalyzer.class, (type, name, e) -> {})
        .stream()
        .map(analyzer -> analyzer.analyze(failure))
        .filter(analysis -> analysis != null)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no analysis", failure));
  }
}
