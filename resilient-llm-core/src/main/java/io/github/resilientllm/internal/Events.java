package io.github.resilientllm.internal;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.CallListener;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client tells the outside: its listeners, and the log.
 *
 * <p>WARN once for a call that fails for good and for a breaker that opens, INFO when it closes,
 * DEBUG for each attempt. Never content. Without listeners and with the log at WARN an event is not
 * even made.
 */
final class Events {
  private static final Logger LOG = LoggerFactory.getLogger("io.github.resilientllm");

  private final List<CallListener> listeners;
  private final AtomicLong ids = new AtomicLong();

  Events(List<CallListener> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  long callStarted(boolean streaming, @Nullable String conversation) {
    if (listeners.isEmpty()) {
      return 0;
    }
    long id = ids.incrementAndGet();
    tell(new CallEvent.CallStarted(id, streaming, conversation));
    return id;
  }

  void attemptStarted(long id, String target, Attempt.Kind kind, int number) {
    if (!listeners.isEmpty()) {
      tell(new CallEvent.AttemptStarted(id, target, kind, number));
    }
  }

  void firstToken(long id, String target, long afterNanos) {
    if (!listeners.isEmpty()) {
      tell(new CallEvent.FirstToken(id, target, Duration.ofNanos(afterNanos)));
    }
  }

  void attemptEnded(long id, Attempt attempt) {
    if (!listeners.isEmpty()) {
      tell(new CallEvent.AttemptEnded(id, attempt));
    }
    if (LOG.isDebugEnabled()) {
      LOG.atDebug()
          .addKeyValue("resilientllm.target", attempt.target())
          .addKeyValue("resilientllm.attempt.kind", attempt.kind())
          .addKeyValue("resilientllm.error", attempt.error().map(Enum::name).orElse("none"))
          .log("Attempt {}", attempt);
    }
  }

  void retryScheduled(long id, String target, long delayNanos, boolean byServer) {
    if (!listeners.isEmpty()) {
      tell(new CallEvent.RetryScheduled(id, target, Duration.ofNanos(delayNanos), byServer));
    }
  }

  void journalFailed(long id, String reason) {
    if (!listeners.isEmpty()) {
      tell(new CallEvent.JournalFailed(id, reason));
    }
    LOG.warn("A conversation goes on without its journal: {}", reason);
  }

  void breakerChanged(String target, BreakerState from, BreakerState to) {
    tell(new CallEvent.BreakerChanged(target, from, to));
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
              .log("Circuit breaker of {} closed; the target answers again", target);
      case HALF_OPEN -> LOG.debug("Circuit breaker of {} probes with one call", target);
    }
  }

  void answered(long id, ChatResponse response, long nanos) {
    if (!listeners.isEmpty()) {
      tell(
          new CallEvent.CallEnded(
              id,
              Outcome.COMPLETE,
              null,
              response.answeredBy(),
              Duration.ofNanos(nanos),
              new CallEvent.AnswerFacts(
                  response.id(), response.model(), response.finishReason(), response.usage())));
    }
  }

  void failed(long id, LlmException failure, long nanos) {
    if (!listeners.isEmpty()) {
      tell(
          new CallEvent.CallEnded(
              id, failure.outcome(), failure.kind(), null, Duration.ofNanos(nanos), null));
    }
    if (failure.outcome() == Outcome.CANCELLED) {
      LOG.debug("{}", failure.getMessage());
      return;
    }
    LOG.atWarn()
        .addKeyValue("resilientllm.error", failure.kind())
        .addKeyValue("resilientllm.attempts", failure.attempts().size())
        .addKeyValue("resilientllm.duration.ms", nanos / 1_000_000)
        .log("Call failed: {}", failure.getMessage());
  }

  private void tell(CallEvent event) {
    for (CallListener listener : listeners) {
      try {
        listener.on(event);
      } catch (RuntimeException | Error e) { // a listener is a guest; the call goes on
        LOG.atWarn()
            .setCause(e)
            .log("A CallListener failed on {}", event.getClass().getSimpleName());
      }
    }
  }
}
