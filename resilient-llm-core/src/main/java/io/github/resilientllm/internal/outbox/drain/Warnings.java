package io.github.resilientllm.internal.outbox.drain;

import io.github.resilientllm.internal.time.Time;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once that the outbox cannot go on, until it can again; and no more than once a minute, where
 * it can by turns.
 */
final class Warnings {
  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
  private static final long MINUTE = 60_000_000_000L;

  private final AtomicBoolean hasWarned = new AtomicBoolean();
  private final Time time;
  private volatile long warnedAt;

  Warnings(Time time) {
    this.time = time;
  }

  void warn(Throwable failure) {
    if (hasWarned.compareAndSet(false, true)) {
      warnedAt = time.nanos();
      LOG.atWarn().setCause(cause(failure)).log("The outbox cannot go on just now; it tries again");
    }
  }

  /** It can go on. */
  void clear() {
    if (hasWarned.get() && time.nanos() - warnedAt >= MINUTE) {
      hasWarned.set(false);
    }
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
