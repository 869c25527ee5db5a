package io.github.resilientllm.internal.call;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.CallListener;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
  private final @Nullable String policy;
  private final AtomicLong ids = new AtomicLong();

  /**
   * Events of a client.
   *
   * @param policy what they say of it; null for nothing
   */
  Events(List<CallListener> listeners, @Nullable String policy) {
    this.listeners = List.copyOf(listeners);
    this.policy = policy;
  }

  long callStarted(
      boolean streaming, @Nullable String conversation, @Nullable ChatRequest request) {
    if (listeners.isEmpty()) {
      return 0;
    }
    long id = ids.incrementAndGet();
    CallEvent.CallStarted started =
        CallEvent.CallStarted.of(id, streaming).withTags(tagsOf(request));
    tell(conversation == null ? started : started.withConversation(conversation));
    return id;
  }

  void attemptStarted(long id, String target, Attempt.Kind kind, int number) {
    if (!listeners.isEmpty()) {
      tell(CallEvent.AttemptStarted.of(id, target, kind, number));
    }
  }

  void firstToken(long id, String target, long afterNanos) {
    if (!listeners.isEmpty()) {
      tell(CallEvent.FirstToken.of(id, target, Duration.ofNanos(afterNanos)));
    }
  }

  void attemptEnded(long id, Attempt attempt) {
    if (!listeners.isEmpty()) {
      tell(CallEvent.AttemptEnded.of(id, attempt));
    }
    if (LOG.isDebugEnabled()) {
      log(
          () ->
              LOG.atDebug()
                  .addKeyValue("resilientllm.target", attempt.target())
                  .addKeyValue("resilientllm.attempt.kind", attempt.kind())
                  .addKeyValue("resilientllm.error", attempt.error().map(Enum::name).orElse("none"))
                  .log("Attempt {}", attempt));
    }
  }

  void retryScheduled(long id, String target, long delayNanos, boolean byServer) {
    if (!listeners.isEmpty()) {
      tell(CallEvent.RetryScheduled.of(id, target, Duration.ofNanos(delayNanos), byServer));
    }
  }

  void journalFailed(long id, String reason) {
    if (!listeners.isEmpty()) {
      tell(CallEvent.JournalFailed.of(id, reason));
    }
    log(() -> LOG.warn("A conversation goes on without its journal: {}", reason));
  }

  void breakerChanged(String target, BreakerState from, BreakerState to) {
    tell(CallEvent.BreakerChanged.of(target, from, to));
  }

  /** A target refused a request for its own sake, in words that are new of it. */
  void refusedForItself(String target, String words) {
    log(
        () ->
            LOG.atWarn()
                .addKeyValue("resilientllm.target", target)
                .log(
                    "{} refused a request that others may take (HTTP {}); calls go to the next"
                        + " target. Said once for these words",
                    target,
                    words));
  }

  void answered(long id, @Nullable ChatRequest request, ChatResponse response, long nanos) {
    if (!listeners.isEmpty()) {
      tell(
          CallEvent.CallEnded.answered(
                  id,
                  response.answeredBy(),
                  Duration.ofNanos(nanos),
                  CallEvent.AnswerFacts.of(
                      response.id(), response.model(), response.finishReason(), response.usage()))
              .withTotalUsage(response.totalUsage())
              .withTags(tagsOf(request)));
    }
  }

  void failed(long id, @Nullable ChatRequest request, LlmException failure, long nanos) {
    if (!listeners.isEmpty()) {
      tell(
          CallEvent.CallEnded.failed(id, failure.outcome(), failure.kind(), Duration.ofNanos(nanos))
              .withTotalUsage(failure.totalUsage())
              .withTags(tagsOf(request)));
    }
    if (failure.outcome() == Outcome.CANCELLED) {
      log(() -> LOG.debug("{}", failure.getMessage()));
      return;
    }
    log(
        () ->
            LOG.atWarn()
                .addKeyValue("resilientllm.error", failure.kind())
                .addKeyValue("resilientllm.attempts", failure.attempts().size())
                .addKeyValue("resilientllm.duration.ms", nanos / 1_000_000)
                .log("Call failed: {}", failure.getMessage()));
  }

  private static Map<String, String> tagsOf(@Nullable ChatRequest request) {
    return request == null ? Map.of() : request.tags();
  }

  private void tell(CallEvent plain) {
    CallEvent event = policy == null ? plain : plain.withPolicy(policy);
    for (CallListener listener : listeners) {
      try {
        listener.on(event);
      } catch (Throwable e) { // a listener is a guest; the call goes on
        log(
            () ->
                LOG.atWarn()
                    .setCause(e)
                    .log("A CallListener failed on {}", event.getClass().getSimpleName()));
      }
    }
  }

  /** An appender is a guest, too. */
  private static void log(Runnable line) {
    Quietly.run(line);
  }
}
