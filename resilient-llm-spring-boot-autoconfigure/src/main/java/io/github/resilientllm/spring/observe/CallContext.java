package io.github.resilientllm.spring.observe;

import io.github.resilientllm.Target;
import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.Outcome;
import io.github.resilientllm.spring.LlmObservationContext;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the events of a call have told so far. */
final class CallContext extends LlmObservationContext {
  private final Target.State first;
  private final CallEvent.CallStarted started;
  private final CallerTags tags;
  private int attempts;
  private @Nullable Duration firstContent;
  private CallEvent.@Nullable CallEnded ended;

  CallContext(Target.State first, CallEvent.CallStarted started, CallerTags tags) {
    this.first = first;
    this.started = started;
    this.tags = tags;
    setRemoteServiceName(first.vendor());
  }

  /** Counts one more attempt; returns how many there are. */
  int attempted() {
    return ++attempts;
  }

  void ended(Attempt attempt) {
    firstContent = CallTally.earlier(firstContent, attempt);
  }

  void ended(CallEvent.CallEnded event) {
    ended = event;
  }

  @Override
  public String policy() {
    return started.policy().orElse(MeterTags.NONE);
  }

  @Override
  public String vendor() {
    return first.vendor();
  }

  @Override
  public String model() {
    return first.model();
  }

  @Override
  public boolean streaming() {
    return started.streaming();
  }

  @Override
  public Optional<String> conversation() {
    return started.conversation();
  }

  @Override
  public Map<String, String> tags() {
    return tags.of(ended == null ? started.tags() : ended.tags());
  }

  @Override
  public int attempts() {
    return attempts;
  }

  @Override
  public Optional<String> answeredBy() {
    return Optional.ofNullable(ended).flatMap(CallEvent.CallEnded::answeredBy);
  }

  @Override
  public Optional<CallEvent.AnswerFacts> answer() {
    return Optional.ofNullable(ended).flatMap(CallEvent.CallEnded::answer);
  }

  @Override
  public Optional<Outcome> outcome() {
    return Optional.ofNullable(ended).map(CallEvent.CallEnded::outcome);
  }

  @Override
  public Optional<ErrorKind> errorKind() {
    return Optional.ofNullable(ended).flatMap(CallEvent.CallEnded::error);
  }

  @Override
  public Optional<Duration> timeToFirstContent() {
    return started.streaming() ? Optional.ofNullable(firstContent) : Optional.empty();
  }
}
