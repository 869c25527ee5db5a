package io.github.resilientllm.spring.observe;

import static io.github.resilientllm.spring.observe.MeterTags.error;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.CallEvent.AttemptEnded;
import io.github.resilientllm.chat.CallEvent.AttemptStarted;
import io.github.resilientllm.chat.CallEvent.CallEnded;
import io.github.resilientllm.chat.CallEvent.CallStarted;
import io.github.resilientllm.chat.CallEvent.FirstToken;
import io.github.resilientllm.chat.CallEvent.JournalFailed;
import io.github.resilientllm.chat.CallEvent.RetryScheduled;
import io.github.resilientllm.chat.CallListener;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.Outcome;
import io.github.resilientllm.chat.Usage;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Counts and times the calls of one policy. */
final class MeterListener implements CallListener {
  private static final String CANCELLED = "cancelled";

  private final PolicyTargets targets;
  private final CallMeters meters;
  private final CallerTags tags;
  private final @Nullable GenAiMeters genAi;
  private final Calls<CallTally> calls = new Calls<>();

  /**
   * A listener to one policy.
   *
   * @param tags which tags of requests the meters show
   * @param genAi the meters of OpenTelemetry's conventions; null without them
   */
  MeterListener(
      PolicyTargets targets, CallMeters meters, CallerTags tags, @Nullable GenAiMeters genAi) {
    this.targets = targets;
    this.meters = meters;
    this.tags = tags;
    this.genAi = genAi;
  }

  @Override
  public void on(CallEvent event) {
    if (event instanceof CallStarted call) {
      calls.started(call.callId(), () -> new CallTally(call.streaming()));
    } else if (event instanceof AttemptStarted attempt) {
      started(attempt);
    } else if (event instanceof FirstToken first) {
      meters.firstToken.of(first.target()).record(first.after());
    } else if (event instanceof AttemptEnded ended) {
      ended(ended.attempt(), calls.of(ended.callId()));
    } else if (event instanceof RetryScheduled retry) {
      String source = retry.byServer() ? "retry_after" : "backoff";
      meters.retryDelay.of(retry.target(), source).record(retry.delay());
    } else if (event instanceof CallEnded call) {
      ended(call);
    } else if (event instanceof JournalFailed) {
      meters.withoutJournal.of().increment();
    }
  }

  private void started(AttemptStarted attempt) {
    CallTally call = calls.of(attempt.callId());
    if (call == null) {
      return;
    }
    call.began(attempt.kind());
    String left = call.leftTarget;
    if (left != null
        && !left.equals(attempt.target())
        && attempt.kind() != Attempt.Kind.HEDGE
        && attempt.kind() != Attempt.Kind.RETRY) {
      meters.fallback.of(left, attempt.target(), error(call.leftAfter)).increment();
    }
  }

  private void ended(Attempt attempt, @Nullable CallTally call) {
    String target = attempt.target();
    ErrorKind error = attempt.error().orElse(null);
    if (attempt.kind() == Attempt.Kind.SKIPPED) {
      meters.skipped.of(target, error(error)).increment();
      if (error == ErrorKind.CIRCUIT_OPEN) {
        meters.notPermitted.of(target).increment();
      }
    } else {
      String kind = MeterTags.lower(attempt.kind());
      meters.attempt.of(target, kind, outcome(error), error(error)).record(attempt.duration());
      count(target, attempt.usage(), error == null ? "delivered" : "discarded");
    }
    if (call == null) {
      return;
    }
    call.contentOf(attempt);
    if (attempt.kind() == Attempt.Kind.HEDGE) {
      hedge(attempt, error, call);
    }
    if (error != null && error != ErrorKind.CANCELLED) {
      call.left(target, error);
    }
  }

  private void hedge(Attempt attempt, @Nullable ErrorKind error, CallTally call) {
    if (error == ErrorKind.CANCELLED) {
      call.cancelledHedge(attempt.target()); // by whom, the call's end will tell
      return;
    }
    meters.hedge.of(attempt.target(), error == null ? "won" : "failed").increment();
  }

  private void count(String target, Usage usage, String use) {
    count(target, "input", usage.inputTokens(), use);
    count(target, "output", usage.outputTokens(), use);
  }

  private void count(String target, String type, OptionalLong tokens, String use) {
    if (tokens.isPresent()) {
      meters.tokens.of(target, type, use).increment((double) tokens.getAsLong());
    }
  }

  private void ended(CallEnded ended) {
    CallTally call = calls.ended(ended.callId());
    if (call == null) {
      return;
    }
    boolean answered = ended.outcome() == Outcome.COMPLETE;
    String servedBy = targets.tag(ended.answeredBy().orElse(null));
    meters.operation.of(operation(ended, servedBy)).record(ended.duration());
    meters.calls.of(kind(answered, call.retried)).increment();
    for (String target : call.cancelledHedges()) {
      meters.hedge.of(target, answered ? "lost" : CANCELLED).increment();
    }
    if (genAi != null) {
      genAi.ended(ended, call);
    }
  }

  private String[] operation(CallEnded ended, String servedBy) {
    boolean answered = ended.outcome() == Outcome.COMPLETE;
    String outcome = answered ? answered(servedBy) : outcome(ended);
    String error = error(ended.error().orElse(null));
    String[] own = tags.values(ended.tags());
    String[] all = new String[3 + own.length];
    all[0] = servedBy;
    all[1] = outcome;
    all[2] = error;
    System.arraycopy(own, 0, all, 3, own.length);
    return all;
  }

  private static String kind(boolean answered, boolean retried) {
    if (answered) {
      return retried ? "successful_with_retry" : "successful_without_retry";
    }
    return retried ? "failed_with_retry" : "failed_without_retry";
  }

  private String answered(String servedBy) {
    return targets.isFirstChoice(servedBy) ? "success" : "fallback";
  }

  private static String outcome(CallEnded ended) {
    return ended.outcome() == Outcome.CANCELLED ? CANCELLED : "failure";
  }

  private static String outcome(@Nullable ErrorKind error) {
    if (error == null) {
      return "success";
    }
    return error == ErrorKind.CANCELLED ? CANCELLED : "failure";
  }
}
