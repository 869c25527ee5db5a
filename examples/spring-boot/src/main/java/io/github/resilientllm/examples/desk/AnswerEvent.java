package io.github.resilientllm.examples.desk;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the page hears while an answer is written; the name of the record is the event's. */
sealed interface AnswerEvent {

  /** The next piece of text. */
  record Text(String text) implements AnswerEvent {}

  /**
   * Another target takes over.
   *
   * @param target who goes on, or begins again
   * @param after what went wrong
   * @param again whether the text so far is to be cleared
   */
  record Seam(String target, ErrorKind after, boolean again) implements AnswerEvent {}

  /**
   * The answer is whole.
   *
   * @param text all of it
   * @param lastResort whether no model gave it
   */
  record Done(String text, String answeredBy, boolean lastResort, List<Try> attempts)
      implements AnswerEvent {}

  /** There is no answer, or no more of it; the question stays open. */
  record Failed(ErrorKind kind, List<Try> attempts) implements AnswerEvent {}

  /**
   * What became of one target.
   *
   * @param spoke whether anything of an answer came
   * @param error why it failed; null if it answered
   */
  record Try(
      String target, Attempt.Kind kind, boolean spoke, @Nullable ErrorKind error, long millis) {
    static List<Try> of(List<Attempt> attempts) {
      return attempts.stream()
          .map(
              attempt ->
                  new Try(
                      attempt.target(),
                      attempt.kind(),
                      attempt.timeToFirstToken().isPresent(),
                      attempt.error().orElse(null),
                      attempt.duration().toMillis()))
          .toList();
    }
  }

  /** The name of the event. */
  default String name() {
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /** What the page hears of something that a stream says; empty for what it does not show. */
  static Optional<AnswerEvent> of(ChatEvent event) {
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
              answer.answeredBy().equals(Agent.NOBODY),
              Try.of(answer.attempts())));
    }
    return Optional.empty();
  }

  static AnswerEvent of(LlmException failed) {
    return new Failed(failed.kind(), Try.of(failed.attempts()));
  }
}
