package io.github.resilientllm.spring;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a browser hears while an answer is written, as {@link LlmSse} and {@link LlmSseFlux} send
 * it: the name of the event is the record's in lower case, its data the record as JSON.
 *
 * <p>Thoughts and tool calls are not among it.
 */
public sealed interface LlmAnswerEvent {

  /**
   * The next piece of text.
   *
   * @param text the piece
   */
  record Text(String text) implements LlmAnswerEvent {
    /** Shows no content. */
    @Override
    public String toString() {
      return "Text[" + text.length() + " chars]";
    }
  }

  /**
   * Another target takes over.
   *
   * @param target who goes on, or begins again
   * @param after what went wrong
   * @param again whether the text so far is to be cleared
   */
  record Seam(String target, ErrorKind after, boolean again) implements LlmAnswerEvent {}

  /**
   * The answer is whole.
   *
   * @param text all of it
   * @param answeredBy the target that gave it, or the last one that did
   * @param tokens what it took, with all attempts; null if no vendor said it
   * @param cost what vendors say it cost, mostly in US dollars; null if none said it
   * @param attempts the attempts at it, in the order in which they began
   */
  record Done(
      String text,
      String answeredBy,
      @Nullable Tokens tokens,
      @Nullable BigDecimal cost,
      List<Try> attempts)
      implements LlmAnswerEvent {
    /** Copies the list. */
    public Done {
      attempts = List.copyOf(attempts);
    }

    /** Shows no content. */
    @Override
    public String toString() {
      return "Done[by " + answeredBy + "]";
    }
  }

  /**
   * There is no answer, or no more of it.
   *
   * @param kind why
   * @param attempts the attempts at it, in the order in which they began
   */
  record Failed(ErrorKind kind, List<Try> attempts) implements LlmAnswerEvent {
    /** Copies the list. */
    public Failed {
      attempts = List.copyOf(attempts);
    }
  }

  /**
   * Tokens.
   *
   * @param input of the request
   * @param output of the answer
   */
  record Tokens(long input, long output) {}

  /**
   * One attempt; times are in milliseconds since the call began.
   *
   * @param target who was asked
   * @param kind why
   * @param start when it began
   * @param firstToken when its first content came; null if none did, or the answer came at once
   * @param end when it was over
   * @param error why it failed; null if it answered
   */
  record Try(
      String target,
      Attempt.Kind kind,
      long start,
      @Nullable Long firstToken,
      long end,
      @Nullable ErrorKind error) {

    private static List<Try> all(List<Attempt> attempts) {
      return attempts.stream().map(Try::of).toList();
    }

    private static Try of(Attempt attempt) {
      Duration start = attempt.startedAfter();
      return new Try(
          attempt.target(),
          attempt.kind(),
          start.toMillis(),
          attempt.timeToFirstToken().map(time -> start.plus(time).toMillis()).orElse(null),
          start.plus(attempt.duration()).toMillis(),
          attempt.error().orElse(null));
    }
  }

  /** The name of the event. */
  default String name() {
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /** What a browser hears of something that a stream says; empty for what it does not show. */
  static Optional<LlmAnswerEvent> of(ChatEvent event) {
    if (event instanceof ChatEvent.TextDelta delta) {
      return Optional.of(new Text(delta.text()));
    }
    if (event instanceof ChatEvent.Continued continued) {
      return Optional.of(new Seam(continued.target(), continued.after(), false));
    }
    if (event instanceof ChatEvent.Restarted restarted) {
      return Optional.of(new Seam(restarted.target(), restarted.after(), true));
    }
    if (event instanceof ChatEvent.Finished finished) {
      ChatResponse answer = finished.response();
      return Optional.of(
          new Done(
              answer.text(),
              answer.answeredBy(),
              tokens(answer),
              answer.totalUsage().cost().orElse(null),
              Try.all(answer.attempts())));
    }
    return Optional.empty();
  }

  /** What a browser hears of a failure. */
  static LlmAnswerEvent of(LlmException failed) {
    return new Failed(failed.kind(), Try.all(failed.attempts()));
  }

  private static @Nullable Tokens tokens(ChatResponse answer) {
    OptionalLong input = answer.totalUsage().inputTokens();
    OptionalLong output = answer.totalUsage().outputTokens();
    return input.isEmpty() || output.isEmpty()
        ? null
        : new Tokens(input.getAsLong(), output.getAsLong());
  }
}
