package io.github.resilientllm.spring.observe;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A journal that times its appends and counts its failures. Only the clients see it; who injects
 * the journal gets the journal itself.
 */
final class MeteredJournal implements Journal {
  private final Journal journal;
  private final MeterRegistry registry;
  private final MeterFamily<Timer> appends;
  private final MeterFamily<Counter> failures;

  MeteredJournal(Journal journal, MeterRegistry registry) {
    this.journal = journal;
    this.registry = registry;
    Tags common = Tags.of("journal", journal.getClass().getSimpleName());
    this.appends =
        new MeterFamily<>(
            common,
            tags ->
                Timer.builder("resilient.llm.journal.append")
                    .description("From an entry's append until it is kept as its kind asks")
                    .tags(tags)
                    .register(registry),
            "entry",
            "outcome");
    this.failures =
        new MeterFamily<>(
            common,
            tags ->
                Counter.builder("resilient.llm.journal.failures")
                    .description("What the journal could not do")
                    .tags(tags)
                    .register(registry),
            "operation",
            "reason");
  }

  @Override
  public CompletableFuture<Log> open(String conversation, Duration patience) {
    return counting("open", journal.open(conversation, patience)).thenApply(MeteredLog::new);
  }

  @Override
  public CompletableFuture<Optional<Head>> head(String conversation) {
    return counting("read", journal.head(conversation));
  }

  @Override
  public CompletableFuture<Page> readAfter(String conversation, long sequence, long maxBytes) {
    return counting("read", journal.readAfter(conversation, sequence, maxBytes));
  }

  @Override
  public CompletableFuture<Page> readLast(String conversation, long maxBytes) {
    return counting("read", journal.readLast(conversation, maxBytes));
  }

  @Override
  public CompletableFuture<Listing> list(Query query) {
    return counting("list", journal.list(query));
  }

  @Override
  public CompletableFuture<Boolean> delete(String conversation) {
    return counting("delete", journal.delete(conversation));
  }

  @Override
  public void close() {
    journal.close();
  }

  @Override
  public String toString() {
    return journal.toString();
  }

  private <T> CompletableFuture<T> counting(String operation, CompletableFuture<T> work) {
    return work.whenComplete((done, failure) -> failed(operation, failure));
  }

  private void failed(String operation, @Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof JournalException e) {
      failures.of(operation, MeterTags.lower(e.reason())).increment();
    }
  }

  private final class MeteredLog implements Log {
    private final Log log;

    MeteredLog(Log log) {
      this.log = log;
    }

    @Override
    public String incarnation() {
      return log.incarnation();
    }

    @Override
    public long lastSequence() {
      return log.lastSequence();
    }

    @Override
    public CompletableFuture<Page> readAfter(long sequence, long maxBytes) {
      return counting("read", log.readAfter(sequence, maxBytes));
    }

    @Override
    public CompletableFuture<Page> readLast(long maxBytes) {
      return counting("read", log.readLast(maxBytes));
    }

    @Override
    public CompletableFuture<Void> held() {
      return counting("held", log.held());
    }

    @Override
    public CompletableFuture<Void> append(List<JournalEntry> entries) {
      long start = registry.config().clock().monotonicTime();
      // What is appended together is there for the sake of its last: a question, mostly.
      String kind = MeterTags.lower(entries.get(entries.size() - 1).kind());
      // Who waits goes on when it is counted: who reads the meters after a call finds it in them.
      CompletableFuture<Void> counted = new CompletableFuture<>();
      CompletableFuture<Void> unused =
          log.append(entries)
              .whenComplete(
                  (nothing, failure) -> {
                    try {
                      long took = registry.config().clock().monotonicTime() - start;
                      appends
                          .of(kind, failure == null ? "success" : "failure")
                          .record(took, TimeUnit.NANOSECONDS);
                      failed("append", failure);
                    } finally {
                      if (failure == null) {
                        counted.complete(null);
                      } else {
                        counted.completeExceptionally(failure);
                      }
                    }
                  });
      return counted;
    }

    @Override
    public boolean keepsBeforeShowing() {
      return log.keepsBeforeShowing();
    }

    @Override
    public void close() {
      log.close();
    }
  }
}
