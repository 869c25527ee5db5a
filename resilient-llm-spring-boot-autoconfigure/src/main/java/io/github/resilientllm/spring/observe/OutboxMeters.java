package io.github.resilientllm.spring.observe;

import io.github.resilientllm.Delivery;
import io.github.resilientllm.spring.outbox.OutboxListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is submitted to the outbox, and how its handlers fare. */
final class OutboxMeters implements OutboxListener {
  private final MeterRegistry registry;
  private final MeterFamily<Counter> submitted;
  private final MeterFamily<Timer> handled;
  private final MeterFamily<Timer> delivered;

  OutboxMeters(MeterRegistry registry) {
    this.registry = registry;
    this.submitted =
        new MeterFamily<>(
            Tags.empty(),
            tags ->
                Counter.builder("resilient.llm.outbox.submitted")
                    .description("Work that was kept, or was there by its key")
                    .tags(tags)
                    .register(registry),
            "handler");
    this.handled =
        new MeterFamily<>(
            Tags.empty(),
            tags ->
                Timer.builder("resilient.llm.outbox.handling")
                    .description("Calls of handlers")
                    .tags(tags)
                    .register(registry),
            "handler",
            MeterTags.OUTCOME);
    this.delivered =
        new MeterFamily<>(
            Tags.empty(),
            tags ->
                Timer.builder("resilient.llm.outbox.delivery")
                    .description("From the submission until the handler has taken the answer")
                    .tags(tags)
                    .register(registry),
            "handler");
  }

  @Override
  public void submitted(String handler) {
    submitted.of(handler).increment();
  }

  @Override
  public void handled(
      String handler, Delivery delivery, Duration took, @Nullable Throwable failure) {
    handled.of(handler, failure == null ? "success" : "failure").record(took);
    if (failure == null) {
      Instant now = Instant.ofEpochMilli(registry.config().clock().wallTime());
      Duration since = Duration.between(delivery.submittedAt(), now);
      delivered.of(handler).record(since.isNegative() ? Duration.ZERO : since);
    }
  }
}
