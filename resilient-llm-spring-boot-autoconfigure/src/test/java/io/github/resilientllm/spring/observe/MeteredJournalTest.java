package io.github.resilientllm.spring.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who waits for the journal goes on only when the meters know. */
class MeteredJournalTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final SlowJournal slow = new SlowJournal();
  private final Journal metered = new MeteredJournal(slow, registry);
  private final List<Double> seen = new ArrayList<>();

  @Test
  void anAppendIsCountedBeforeItIsAcknowledged() {
    CompletableFuture<Void> unused =
        append().whenComplete((kept, failure) -> seen.add(count("resilient.llm.journal.append")));

    slow.keeping.complete(null);

    assertThat(seen).containsExactly(1.0);
  }

  @Test
  void aFailedAppendIsCountedBeforeItIsTold() {
    CompletableFuture<Void> unused =
        append()
            .whenComplete(
                (kept, failure) -> {
                  assertThat(failure).hasMessageContaining("disk full");
                  seen.add(count("resilient.llm.journal.failures"));
                });

    slow.keeping.completeExceptionally(failure("disk full"));

    assertThat(seen).containsExactly(1.0);
  }

  @Test
  void aFailedOpeningIsCountedBeforeItIsTold() {
    CompletableFuture<Journal.Log> unused =
        metered
            .open("ticket-1")
            .whenComplete((log, failure) -> seen.add(count("resilient.llm.journal.failures")));

    slow.opening.completeExceptionally(failure("no such directory"));

    assertThat(seen).containsExactly(1.0);
  }

  private CompletableFuture<Void> append() {
    CompletableFuture<Journal.Log> opened = metered.open("ticket-1");
    slow.opening.complete(slow);
    return opened
        .join()
        .append(
            new JournalEntry(
                1,
                Instant.EPOCH,
                JournalEntry.Kind.ASKED,
                ConversationState.QUESTION_PENDING,
                "{}"));
  }

  private double count(String meter) {
    return registry.find(meter).meters().stream()
        .mapToDouble(found -> found.measure().iterator().next().getValue())
        .sum();
  }

  private static JournalException failure(String message) {
    return new JournalException(JournalException.Reason.FAILED, message);
  }

  /** A journal that keeps its promises when told to. */
  private static final class SlowJournal implements Journal, Journal.Log {
    final CompletableFuture<Log> opening = new CompletableFuture<>();
    final CompletableFuture<Void> keeping = new CompletableFuture<>();

    @Override
    public CompletableFuture<Log> open(String conversation, Duration patience) {
      return opening;
    }

    @Override
    public CompletableFuture<Void> append(List<JournalEntry> entries) {
      return keeping;
    }

    @Override
    public CompletableFuture<Optional<Head>> head(String conversation) {
      return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public CompletableFuture<Page> readAfter(String conversation, long sequence, long maxBytes) {
      return CompletableFuture.completedFuture(Page.NONE);
    }

    @Override
    public CompletableFuture<Listing> list(Query query) {
      return CompletableFuture.completedFuture(new Listing(List.of(), ""));
    }

    @Override
    public CompletableFuture<Boolean> delete(String conversation) {
      return CompletableFuture.completedFuture(false);
    }

    @Override
    public String incarnation() {
      return "1";
    }

    @Override
    public long lastSequence() {
      return 0;
    }

    @Override
    public CompletableFuture<Page> readAfter(long sequence, long maxBytes) {
      return CompletableFuture.completedFuture(Page.NONE);
    }

    @Override
    public CompletableFuture<Void> held() {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {}
  }
}
