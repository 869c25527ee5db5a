package io.github.resilientllm.spring.observe;

import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.internal.LastResortListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/**
 * Counts the answers that no model gave: without it a degraded application looks like a sound one.
 */
final class LastResortMeters implements LastResortListener {
  private static final String OTHER = "other"; // an exception of the application's own

  private final MeterFamily<Counter> asked;

  LastResortMeters(MeterRegistry registry) {
    this.asked =
        new MeterFamily<>(
            Tags.empty(),
            tags ->
                Counter.builder("resilient.llm.last.resort")
                    .description("Calls that a method's own fallback was asked for")
                    .tags(tags)
                    .register(registry),
            "method",
            MeterTags.OUTCOME,
            MeterTags.ERROR_TYPE);
  }

  @Override
  public void asked(String method, Throwable failure, boolean answered) {
    String type = failure instanceof LlmException llm ? MeterTags.error(llm.kind()) : OTHER;
    asked.of(method, answered ? "success" : "failure", type).increment();
  }
}
