package io.github.resilientllm.internal.outbox.drain;

import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once that the outbox cannot go on, until it can again. */
final class Warnings {
  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

  private final AtomicBoolean hasWarned = new AtomicBoolean();

  void warn(Throwable failure) {
    if (hasWarned.compareAndSet(false, true)) {
      LOG.atWarn().setCause(cause(failure)).log("The outbox cannot go on just now; it tries again");
    }
  }

  void clear() {
    hasWarned.set(false);
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
