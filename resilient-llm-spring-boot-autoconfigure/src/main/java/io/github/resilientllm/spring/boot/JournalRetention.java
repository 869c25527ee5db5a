package io.github.resilientllm.spring.boot;

import io.github.resilientllm.spring.boot.JournalProperties.RetentionProperties;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;

/**
 * Deletes what is too old or too much, while the journal is used: when the application has started,
 * and from then on again and again.
 */
final class JournalRetention implements ApplicationListener<ApplicationReadyEvent>, DisposableBean {
  private static final Logger LOG = LoggerFactory.getLogger(JournalRetention.class);

  private final Deleting journal;
  private final RetentionProperties retention;
  private final Supplier<Timer> timers;
  private @Nullable Timer timer;

  /** A journal that deletes; each says how many conversations it did. */
  interface Deleting {
    int olderThan(Duration age);

    int overSize(long bytes);
  }

  /** Runs work on a thread of its own until it is closed. */
  interface Timer extends AutoCloseable {

    /** Runs it now, and again that long after it has ended each time. */
    void now(Runnable work, Duration again);

    @Override
    void close();
  }

  /**
   * A retention.
   *
   * @param timers makes the timer, if it is needed
   */
  JournalRetention(Deleting journal, RetentionProperties retention, Supplier<Timer> timers) {
    this.journal = journal;
    this.retention = retention;
    this.timers = timers;
  }

  @Override
  public void onApplicationEvent(ApplicationReadyEvent ready) {
    if (timer == null && (retention.maxAge() != null || retention.maxSize() != null)) {
      timer = timers.get();
      timer.now(this::delete, retention.interval());
    }
  }

  @Override
  public void destroy() {
    if (timer != null) {
      timer.close();
    }
  }

  private void delete() {
    try {
      int old = retention.maxAge() == null ? 0 : journal.olderThan(retention.maxAge());
      int over = retention.maxSize() == null ? 0 : journal.overSize(retention.maxSize().toBytes());
      if (old + over > 0) {
        LOG.info("Deleted {} conversations by age and {} for room", old, over);
      }
    } catch (RuntimeException e) {
      LOG.warn("Old conversations could not be deleted", e);
    }
  }
}
