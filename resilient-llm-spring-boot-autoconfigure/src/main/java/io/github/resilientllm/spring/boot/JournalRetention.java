package io.github.resilientllm.spring.boot;

import io.github.resilientllm.FileJournal;
import io.github.resilientllm.spring.boot.JournalProperties.RetentionProperties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;

/** Deletes what is too old or too much when the application has started, while it is used. */
final class JournalRetention implements ApplicationListener<ApplicationReadyEvent> {
  private static final Logger LOG = LoggerFactory.getLogger(JournalRetention.class);

  private final FileJournal journal;
  private final RetentionProperties retention;
  private final Executor executor;
  private CompletableFuture<@Nullable Void> done = CompletableFuture.completedFuture(null);

  JournalRetention(FileJournal journal, RetentionProperties retention, Executor executor) {
    this.journal = journal;
    this.retention = retention;
    this.executor = executor;
  }

  @Override
  public void onApplicationEvent(ApplicationReadyEvent ready) {
    if (retention.maxAge() != null || retention.maxSize() != null) {
      done = CompletableFuture.runAsync(this::delete, executor);
    }
  }

  /** Completes when what was to be deleted is. */
  CompletableFuture<@Nullable Void> done() {
    return done;
  }

  private void delete() {
    try {
      int old = retention.maxAge() == null ? 0 : journal.deleteOlderThan(retention.maxAge());
      int over = retention.maxSize() == null ? 0 : journal.shrinkTo(retention.maxSize().toBytes());
      LOG.info("Deleted {} conversations by age and {} for room", old, over);
    } catch (RuntimeException e) {
      LOG.warn("Old conversations could not be deleted", e);
    }
  }
}
