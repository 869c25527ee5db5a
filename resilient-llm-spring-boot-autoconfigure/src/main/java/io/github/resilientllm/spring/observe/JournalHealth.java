package io.github.resilientllm.spring.observe;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The journal's health: whether it can look for a conversation, in time. It takes nothing and makes
 * nothing.
 */
record JournalHealth(Journal journal, Duration patience) implements HealthView {
  private static final String NO_CONVERSATION = "resilient-llm health";

  @Override
  public Said now() {
    try {
      Object unused = journal.head(NO_CONVERSATION).get(patience.toNanos(), TimeUnit.NANOSECONDS);
      return new Said("UP", Map.of());
    } catch (ExecutionException e) {
      return down(e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      return new Said("DOWN", Map.of("error", "no answer within " + patience.toMillis() + " ms"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Said("UNKNOWN", Map.of());
    } catch (RuntimeException e) { // of somebody's journal
      return down(e);
    }
  }

  private static Said down(Throwable failure) {
    Map<String, Object> details = new LinkedHashMap<>();
    if (failure instanceof JournalException known) {
      details.put("reason", known.reason().name());
      details.put("error", String.valueOf(known.getMessage()));
    } else {
      details.put("error", failure.getClass().getName());
    }
    return new Said("DOWN", details);
  }
}
