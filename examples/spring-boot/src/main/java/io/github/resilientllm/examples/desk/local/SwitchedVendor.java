package io.github.resilientllm.examples.desk.local;

import io.github.resilientllm.test.vendor.Behaviour;
import io.github.resilientllm.test.vendor.Question;
import io.github.resilientllm.test.vendor.Reply;
import java.time.Duration;

/** A vendor whose trouble is switched on and off. */
final class SwitchedVendor implements Behaviour {
  /** How many words' time the first one takes. */
  private static final int FIRST_WORD = 5;

  /** How much of an answer comes before it is cut. */
  private static final int WORDS_BEFORE_CUT = 12;

  private final Duration perWord;
  private volatile Trouble trouble = Trouble.NONE;

  SwitchedVendor(Duration perWord) {
    this.perWord = perWord;
  }

  Trouble trouble() {
    return trouble;
  }

  void trouble(Trouble trouble) {
    this.trouble = trouble;
  }

  @Override
  public Reply reply(Question question) {
    Trouble now = trouble;
    if (now == Trouble.ERRORS || (now != Trouble.NONE && !question.streaming())) {
      return new Reply.Refusal(503, "overloaded", "The engine is overloaded.", 0);
    }
    Reply.Answer answer =
        Reply.Answer.of(Answers.to(question), perWord.multipliedBy(FIRST_WORD), perWord);
    return now == Trouble.CUT ? answer.cutAfter(WORDS_BEFORE_CUT) : answer;
  }

  @Override
  public Flow flow(Question question) {
    return switch (trouble) {
      case NONE -> Flow.ON;
      case SILENCE -> Flow.SILENT;
      case ERRORS -> Flow.BROKEN;
      case CUT -> Flow.ON;
    };
  }
}
