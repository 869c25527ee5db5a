package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.spring.Report;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What a person reads when an annotation cannot mean what it says. */
final class Mistakes {
  private Mistakes() {}

  /** The text that stops the application of these beans. */
  static String analysis(Class<?>... beans) {
    return analysis(Outage.total().application(beans));
  }

  static String analysis(ApplicationContextRunner application) {
    AtomicReference<String> text = new AtomicReference<>();
    application.run(context -> text.set(Report.of(context.getStartupFailure())));
    return text.get();
  }
}
