package io.github.resilientllm.spring.observe;

import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.outbox.OutboxStore.Counts;
import io.github.resilientllm.outbox.Priority;
import io.github.resilientllm.spring.LlmOutbox;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What waits in the outbox. The store is asked once in five seconds at most. */
final class OutboxGauges implements MeterBinder {
  private static final long FRESH = TimeUnit.SECONDS.toNanos(5);
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

  private final OutboxStore store;
  private final Supplier<LlmOutbox> outbox;
  private Optional<Counts> counts = Optional.empty(); // guarded by this, as the next one
  private @Nullable Long countedAt;

  OutboxGauges(OutboxStore store, Supplier<LlmOutbox> outbox) {
    this.store = store;
    this.outbox = outbox;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Clock clock = registry.config().clock();
    for (ItemState state : ItemState.values()) {
      Gauge.builder(
              "resilient.llm.outbox.items",
              this,
              it -> it.value(clock, counts -> (double) counts.of(state)))
          .description("Items by their state")
          .tag("state", MeterTags.lower(state))
          .register(registry);
    }
    for (Priority priority : Priority.values()) {
      Gauge.builder(
              "resilient.llm.outbox.waiting",
              this,
              it -> it.value(clock, counts -> (double) counts.waiting().getOrDefault(priority, 0L)))
          .description("Items that the model is yet to be asked")
          .tag("priority", MeterTags.lower(priority))
          .register(registry);
      TimeGauge.builder(
              "resilient.llm.outbox.oldest.age",
              this,
              TimeUnit.MILLISECONDS,
              it -> it.value(clock, counts -> age(counts, priority, clock)))
          .description("How long the oldest of them has waited; 0 if there is none")
          .tag("priority", MeterTags.lower(priority))
          .register(registry);
    }
    Gauge.builder(
            "resilient.llm.outbox.rate", this, it -> it.outbox.get().outbox().itemsPerSecond())
        .description("Items a second that may be asked by this instance")
        .register(registry);
    Gauge.builder(
            "resilient.llm.outbox.paused",
            this,
            it -> it.value(clock, counts -> counts.paused() ? 1.0 : 0.0))
        .description("1 while it is paused by hand")
        .register(registry);
  }

  private static double age(Counts counts, Priority priority, Clock clock) {
    Instant oldest = counts.oldest().get(priority);
    return oldest == null ? 0 : (double) Math.max(0, clock.wallTime() - oldest.toEpochMilli());
  }

  private double value(Clock clock, ToDoubleFunction<Counts> of) {
    Optional<Counts> known = counts(clock.monotonicTime());
    return known.isEmpty() ? Double.NaN : of.applyAsDouble(known.get());
  }

  private synchronized Optional<Counts> counts(long now) {
    if (countedAt == null || now - countedAt > FRESH) {
      countedAt = now;
      try {
        counts = Optional.of(store.counts().get(PATIENCE, TimeUnit.NANOSECONDS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        counts = Optional.empty();
      } catch (ExecutionException | TimeoutException | RuntimeException e) {
        counts = Optional.empty(); // health tells why
      }
    }
    return counts;
  }
}
