package io.github.resilientllm.testing;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a vendor does in one attempt: waits, pieces of an answer, and an end. */
public final class Script {
  /** A wait and then a piece, a failure or the completion. */
  record Step(
      Duration after,
      ChatEvent.@Nullable Delta delta,
      @Nullable ProviderException failure,
      @Nullable Completion completion,
      @Nullable RuntimeException bug) {}

  final List<Step> steps = new ArrayList<>();
  private Duration pause = Duration.ZERO;

  private Script() {}

  /** Answers at once with one text. */
  public static Script answer(String text) {
    return script().says(text).done();
  }

  /** Answers with one text after a time. */
  public static Script answerAfter(Duration time, String text) {
    return script().after(time).says(text).done();
  }

  /** Fails at once. */
  public static Script fail(ErrorKind kind) {
    return script().fails(kind);
  }

  /** Fails at once, asking for a delay. */
  public static Script fail(ErrorKind kind, Duration retryAfter) {
    return script()
        .fails(
            ProviderException.builder(kind, "scripted")
                .answered(429, "req")
                .retryAfter(retryAfter)
                .build());
  }

  /** Never says anything. */
  public static Script hang() {
    return script().after(Duration.ofDays(1)).fails(ErrorKind.NETWORK);
  }

  /** Answers at once with tool calls. */
  public static Script calls(ToolCall... calls) {
    Script script = script();
    for (int i = 0; i < calls.length; i++) {
      ToolCall call = calls[i];
      script.piece(new ChatEvent.ToolCallDelta(i, call.id(), call.name(), call.arguments()));
    }
    return script.done(Completion.of(FinishReason.TOOL_CALLS, Usage.unknown()));
  }

  /** An empty script. */
  public static Script script() {
    return new Script();
  }

  /** Waits. */
  public Script after(Duration time) {
    pause = pause.plus(time);
    return this;
  }

  /** Says a piece of text. */
  public Script says(String text) {
    return piece(new ChatEvent.TextDelta(text));
  }

  /** Says any piece. */
  public Script piece(ChatEvent.Delta delta) {
    return add(new Step(pause, delta, null, null, null));
  }

  /** Fails. */
  public Script fails(ErrorKind kind) {
    return fails(new ProviderException(kind, "scripted"));
  }

  /** Fails. */
  public Script fails(ProviderException failure) {
    return add(new Step(pause, null, failure, null, null));
  }

  /** Throws what a provider must not throw. */
  public Script throwsBug(RuntimeException bug) {
    return add(new Step(pause, null, null, null, bug));
  }

  /** Falls silent for ever. */
  public Script stalls() {
    return after(Duration.ofDays(1)).fails(ErrorKind.NETWORK);
  }

  /** Ends as it should. */
  public Script done() {
    return done(Completion.of(FinishReason.STOP, Usage.of(3, 5)));
  }

  /** Ends as it should, saying this. */
  public Script done(Completion completion) {
    return add(new Step(pause, null, null, completion, null));
  }

  private Script add(Step step) {
    steps.add(step);
    pause = Duration.ZERO;
    return this;
  }
}
