package io.github.resilientllm.spring.observe;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.CallEvent.AttemptEnded;
import io.github.resilientllm.chat.CallEvent.BreakerChanged;
import io.github.resilientllm.chat.CallEvent.CallEnded;
import io.github.resilientllm.chat.CallEvent.JournalFailed;
import io.github.resilientllm.chat.CallEvent.RetryScheduled;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** The last attempts, retries, ends of calls and changes of breakers, without any content. */
@Endpoint(id = "resilientllmevents", defaultAccess = Access.READ_ONLY)
final class ResilientLlmEventsEndpoint {
  private final EventLog log;

  ResilientLlmEventsEndpoint(EventLog log) {
    this.log = log;
  }

  /**
   * The events, oldest first.
   *
   * @param policy only those of this policy; null for all
   * @param target only those about this target; null for all
   */
  // Framework's annotation, for Boot 3.5 knows an optional parameter by no other.
  @ReadOperation
  Map<String, Object> events(
      @org.springframework.lang.Nullable String policy,
      @org.springframework.lang.Nullable String target) {
    List<Map<String, Object>> events =
        log.all().stream()
            .filter(told -> policy == null || policy.equals(policyOf(told.event())))
            .filter(told -> target == null || target.equals(targetOf(told.event())))
            .map(ResilientLlmEventsEndpoint::view)
            .toList();
    return Map.of("events", events);
  }

  private static String policyOf(CallEvent event) {
    return event.policy().orElse(MeterTags.NONE);
  }

  private static @Nullable String targetOf(CallEvent event) {
    if (event instanceof AttemptEnded ended) {
      return ended.attempt().target();
    }
    if (event instanceof RetryScheduled retry) {
      return retry.target();
    }
    if (event instanceof BreakerChanged breaker) {
      return breaker.target();
    }
    return event instanceof CallEnded call ? call.answeredBy().orElse(null) : null;
  }

  private static Map<String, Object> view(EventLog.Told told) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("at", told.at().toString());
    CallEvent event = told.event();
    view.put("policy", policyOf(event));
    if (event instanceof AttemptEnded ended) {
      attempt(view, ended);
    } else if (event instanceof RetryScheduled retry) {
      view.put("type", "retry");
      view.put("call", retry.callId());
      view.put("target", retry.target());
      view.put("delayMillis", retry.delay().toMillis());
      view.put("source", retry.byServer() ? "retry_after" : "backoff");
    } else if (event instanceof BreakerChanged breaker) {
      view.put("type", "breaker");
      view.put("target", breaker.target());
      view.put("from", breaker.from().name());
      view.put("to", breaker.to().name());
    } else if (event instanceof JournalFailed failed) {
      view.put("type", "journal");
      view.put("call", failed.callId());
      view.put("reason", failed.reason());
    } else if (event instanceof CallEnded call) {
      view.put("type", "call");
      view.put("call", call.callId());
      view.put("outcome", call.outcome().name());
      put(view, "error", call.error().map(Enum::name).orElse(null));
      put(view, "answeredBy", call.answeredBy().orElse(null));
      view.put("durationMillis", call.duration().toMillis());
    }
    return view;
  }

  private static void attempt(Map<String, Object> view, AttemptEnded ended) {
    Attempt attempt = ended.attempt();
    view.put("type", "attempt");
    view.put("call", ended.callId());
    view.put("target", attempt.target());
    view.put("kind", attempt.kind().name());
    put(view, "error", attempt.error().map(Enum::name).orElse(null));
    view.put("startedAfterMillis", attempt.startedAfter().toMillis());
    view.put("durationMillis", attempt.duration().toMillis());
    attempt.httpStatus().ifPresent(status -> view.put("httpStatus", status));
    put(view, "requestId", attempt.requestId().orElse(null));
    put(view, "reason", attempt.reason().orElse(null));
  }

  private static void put(Map<String, Object> view, String name, @Nullable Object value) {
    if (value != null) {
      view.put(name, value);
    }
  }
}
