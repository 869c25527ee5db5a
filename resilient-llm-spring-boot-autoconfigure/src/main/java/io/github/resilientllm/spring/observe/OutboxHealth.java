package io.github.resilientllm.spring.observe;

import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxException;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.outbox.OutboxStore.Counts;
import io.github.resilientllm.outbox.Priority;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The outbox's health: whether its store can be asked, in time. How much waits, and for how long,
 * is a detail: to wait is what it is for.
 */
record OutboxHealth(OutboxStore store, InstantSource clock, Duration patience)
    implements HealthView {

  @Override
  public Said now() {
    try {
      Counts counts = store.counts().get(patience.toNanos(), TimeUnit.NANOSECONDS);
      return new Said("UP", details(counts, clock.instant()));
    } catch (ExecutionException e) {
      return down(e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      return new Said("DOWN", Map.of("error", "no answer within " + patience.toMillis() + " ms"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Said("UNKNOWN", Map.of());
    } catch (RuntimeException e) { // of somebody's store
      return down(e);
    }
  }

  /** What there is, by state, and what waits, by class. */
  static Map<String, Object> details(Counts counts, Instant now) {
    Map<String, Object> items = new LinkedHashMap<>();
    for (ItemState state : ItemState.values()) {
      items.put(MeterTags.lower(state), counts.of(state));
    }
    Map<String, Object> waiting = new LinkedHashMap<>();
    for (Priority priority : Priority.values()) {
      Instant oldest = counts.oldest().get(priority);
      if (oldest != null) {
        waiting.put(
            MeterTags.lower(priority),
            Map.of(
                "items",
                counts.waiting().getOrDefault(priority, 0L),
                "oldestSeconds",
                Math.max(0, Duration.between(oldest, now).toSeconds())));
      }
    }
    return Map.of("items", items, "waiting", waiting, "paused", counts.paused());
  }

  private static Said down(Throwable failure) {
    if (failure instanceof OutboxException known) {
      return new Said(
          "DOWN",
          Map.of("reason", known.reason().name(), "error", String.valueOf(known.getMessage())));
    }
    return new Said("DOWN", Map.of("error", failure.getClass().getName()));
  }
}
