package io.github.resilientllm.internal.target;

import io.github.resilientllm.chat.BreakerState;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of the changes of a target's breaker: the log, once, and every client that has the target
 * for as long as it lives. What a listener or the log's appender throws ends here: it must not take
 * a probe or a place away.
 */
final class BreakerChanges implements BiConsumer<BreakerState, BreakerState> {
  private static final Logger LOG = LoggerFactory.getLogger("io.github.resilientllm");

  private final String target;
  private final List<WeakReference<BiConsumer<BreakerState, BreakerState>>> listeners =
      new CopyOnWriteArrayList<>();

  BreakerChanges(String target) {
    this.target = target;
  }

  /** Tells a listener from now on, until nobody else holds it. */
  void subscribe(BiConsumer<BreakerState, BreakerState> listener) {
    listeners.removeIf(known -> known.get() == null);
    listeners.add(new WeakReference<>(listener));
  }

  @Override
  public void accept(BreakerState from, BreakerState to) {
    for (WeakReference<BiConsumer<BreakerState, BreakerState>> known : listeners) {
      BiConsumer<BreakerState, BreakerState> listener = known.get();
      if (listener != null) {
        run(() -> listener.accept(from, to));
      }
    }
    run(() -> log(from, to));
  }

  private void log(BreakerState from, BreakerState to) {
    switch (to) {
      case OPEN -> {
        if (from == BreakerState.CLOSED) {
          LOG.atWarn()
              .addKeyValue("resilientllm.target", target)
              .log("Circuit breaker of {} opened; calls go to the next target", target);
        }
      }
      case CLOSED ->
          LOG.atInfo()
              .addKeyValue("resilientllm.target", target)
              .log("Circuit breaker of {} closed; calls go to it again", target);
      case HALF_OPEN -> LOG.debug("Circuit breaker of {} probes with one call", target);
    }
  }

  /** An operator has forced it open or closed, which it may have been before. */
  void held(BreakerState state) {
    run(
        () ->
            LOG.atInfo()
                .addKeyValue("resilientllm.target", target)
                .log("Circuit breaker of {} is forced to be {} until it is reset", target, state));
  }

  private static void run(Runnable guest) {
    try {
      guest.run();
    } catch (Throwable e) { // somebody else's; whoever changed the breaker goes on
      return;
    }
  }
}
