package io.github.resilientllm.spring.observe;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.CallEvent.AttemptEnded;
import io.github.resilientllm.chat.CallEvent.AttemptStarted;
import io.github.resilientllm.chat.CallEvent.CallEnded;
import io.github.resilientllm.chat.CallEvent.CallStarted;
import io.github.resilientllm.chat.CallListener;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Outcome;
import io.github.resilientllm.spring.LlmObservationConvention;
import io.github.resilientllm.spring.internal.CallStep;
import io.github.resilientllm.spring.internal.Surroundings;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.Optional;

/**
 * Makes one observation of each call of a policy, with what was tried as its events.
 *
 * <p>It begins on the thread that makes the call, and so belongs to whatever is observed there. Its
 * scope is open while a {@link CallStep} of the call is done and on no other thread: an async call
 * and a stream end elsewhere, or in the middle of other work.
 */
final class ObservationListener implements CallListener {
  private final PolicyTargets targets;
  private final LlmObservationConvention convention;
  private final ObservationRegistry registry;
  private final CallerTags tags;
  private final Calls<Running> calls = new Calls<>();

  ObservationListener(
      PolicyTargets targets,
      LlmObservationConvention convention,
      ObservationRegistry registry,
      CallerTags tags) {
    this.targets = targets;
    this.convention = convention;
    this.registry = registry;
    this.tags = tags;
  }

  @Override
  public void on(CallEvent event) {
    if (event instanceof CallStarted started) {
      if (!registry.isNoop()) {
        calls.started(started.callId(), () -> start(started));
      }
    } else if (event instanceof AttemptStarted attempt) {
      started(attempt);
    } else if (event instanceof AttemptEnded ended) {
      ended(ended.callId(), ended.attempt());
    } else if (event instanceof CallEnded ended) {
      ended(ended);
    }
  }

  private Running start(CallStarted started) {
    CallContext context = new CallContext(targets.first(), started, tags);
    Observation observation =
        Observation.createNotStarted(convention, () -> context, registry).start();
    Running running = new Running(observation, context);
    running.surround();
    return running;
  }

  private void started(AttemptStarted attempt) {
    Running call = calls.of(attempt.callId());
    if (call != null) {
      call.surround();
    }
    if (call != null && call.context.attempted() > 1) { // the first one is the call itself
      call.event(
          "resilient.llm.attempt", MeterTags.lower(attempt.kind()) + " at " + attempt.target());
    }
  }

  private void ended(long id, Attempt attempt) {
    Running call = calls.of(id);
    if (call == null) {
      return;
    }
    call.surround();
    call.context.ended(attempt);
    Optional<ErrorKind> error = attempt.error();
    if (error.isEmpty()) {
      return;
    }
    String what = attempt.target() + " " + MeterTags.error(error.get());
    boolean skipped = attempt.kind() == Attempt.Kind.SKIPPED;
    call.event(skipped ? "resilient.llm.skipped" : "resilient.llm.attempt.failed", what);
  }

  private void ended(CallEnded ended) {
    Running call = calls.ended(ended.callId());
    if (call == null) {
      return;
    }
    call.context.ended(ended);
    ErrorKind error = ended.error().orElse(null);
    if (error != null && ended.outcome() != Outcome.CANCELLED) {
      call.observation.error(
          new LlmException(error, call.context.attempts() + " attempts, all in vain"));
    }
    call.stop();
  }

  private static final class Running implements Surroundings.Around {
    private final Observation observation;
    private final CallContext context;
    private volatile boolean stopped;

    Running(Observation observation, CallContext context) {
      this.observation = observation;
      this.context = context;
    }

    void event(String name, String text) {
      observation.event(Observation.Event.of(name, text));
    }

    /** Opens the scope for the rest of what this thread does of the call. */
    void surround() {
      CallStep step = CallStep.current();
      if (step != null) {
        step.surround(this);
      }
    }

    @Override
    public Runnable enter() {
      if (stopped) {
        return () -> {};
      }
      Observation.Scope scope = observation.openScope();
      return scope::close;
    }

    /** Before whoever waits for the call goes on: what he looks at then holds it. */
    void stop() {
      stopped = true;
      CallStep step = CallStep.current();
      if (step != null) {
        step.leave();
      }
      observation.stop();
    }
  }
}
