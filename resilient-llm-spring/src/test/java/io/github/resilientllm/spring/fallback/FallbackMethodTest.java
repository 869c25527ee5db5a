package io.github.resilientllm.spring.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.testing.Script;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** When a fallback method is called, and what becomes of what it throws. */
class FallbackMethodTest {

  static class Bot {
    final LlmClient llm;
    int runs;

    Bot(LlmClient llm) {
      this.llm = llm;
    }

    @LlmFallback(method = "offline")
    public String answer(String question) {
      runs++;
      return llm.chat(question).text();
    }

    @SuppressWarnings("unused") // by name
    private String offline(String question, LlmException failure) {
      return "offline: " + question + ", " + failure.kind() + " x" + failure.attempts().size();
    }

    int runs() {
      return runs;
    }
  }

  @Test
  void answersWhereTheModelsFailed() {
    Outage.total()
        .application(Bot.class)
        .run(
            context ->
                assertThat(context.getBean(Bot.class).answer("Why?"))
                    .isEqualTo("offline: Why?, OVERLOADED x1"));
  }

  @Test
  void isNotCalledWhereTheyAnswer() {
    Outage.of(Script.answer("Because."))
        .application(Bot.class)
        .run(
            context -> assertThat(context.getBean(Bot.class).answer("Why?")).isEqualTo("Because."));
  }

  @Test
  void comesAfterTheMethodRanOnce() {
    Outage outage = Outage.total();
    outage
        .application(Bot.class)
        .run(
            context -> {
              Bot bot = context.getBean(Bot.class);
              assertThat(bot.answer("Why?")).startsWith("offline");
              assertThat(bot.runs()).isOne();
              assertThat(outage.vendor.attempts()).isOne();
            });
  }

  static class Terse {
    @LlmFallback(method = "offline")
    public String answer(String question) {
      throw new LlmException(ErrorKind.OVERLOADED, question);
    }

    String offline() {
      return "offline";
    }
  }

  @Test
  void mayTakeNothingAtAll() {
    Outage.total()
        .application(Terse.class)
        .run(context -> assertThat(context.getBean(Terse.class).answer("?")).isEqualTo("offline"));
  }

  static class Swallowing {
    private final LlmClient llm;

    Swallowing(LlmClient llm) {
      this.llm = llm;
    }

    @LlmFallback(method = "offline")
    public String answer() {
      try {
        return llm.chat("long").text();
      } catch (LlmException tooLong) {
        return llm.chat("short").text();
      }
    }

    String offline(LlmException failure) {
      return failure.kind() + " after " + ((LlmException) failure.getSuppressed()[0]).kind();
    }
  }

  @Test
  void seesWhatTheMethodSwallowed() {
    Outage.of(Script.fail(ErrorKind.REQUEST_TOO_LARGE), Script.fail(ErrorKind.OVERLOADED))
        .application(Swallowing.class)
        .run(
            context ->
                assertThat(context.getBean(Swallowing.class).answer())
                    .isEqualTo("OVERLOADED after REQUEST_TOO_LARGE"));
  }

  static class Failing {
    @LlmFallback(method = "offline")
    public String answer() {
      throw new LlmException(ErrorKind.OVERLOADED, "first");
    }

    String offline() {
      throw new IllegalStateException("second");
    }

    @LlmFallback(method = "rethrow")
    public String answerOrThrow() {
      throw new LlmException(ErrorKind.OVERLOADED, "first");
    }

    String rethrow(LlmException failure) {
      throw failure;
    }
  }

  @Test
  void thatThrowsCarriesWhatItCouldNotHelp() {
    Outage.total()
        .application(Failing.class)
        .run(
            context -> {
              Failing bean = context.getBean(Failing.class);
              assertThat(catchThrowable(bean::answer))
                  .isInstanceOf(IllegalStateException.class)
                  .hasSuppressedException(new LlmException(ErrorKind.OVERLOADED, "first"));
              assertThat(catchThrowable(bean::answerOrThrow))
                  .isInstanceOf(LlmException.class)
                  .hasNoSuppressedExceptions();
            });
  }

  static class Specific {
    Throwable failure = new IllegalStateException();

    @LlmFallback(method = "offline", applyOn = Exception.class)
    public String answer(String question) throws Throwable {
      throw failure;
    }

    String offline(String question) {
      return "any";
    }

    String offline(RuntimeException failure, String question) {
      return "runtime";
    }

    String offline(String question, LlmException failure) {
      return "llm";
    }

    String offline(IllegalArgumentException failure) {
      return "argument";
    }

    void failure(Throwable failure) {
      this.failure = failure;
    }
  }

  @Test
  void withTheMostSpecificExceptionWins() {
    Outage.total()
        .application(Specific.class)
        .run(
            context -> {
              Specific bean = context.getBean(Specific.class);
              assertThat(answerTo(bean, new LlmException(ErrorKind.TIMEOUT, "x"))).isEqualTo("llm");
              assertThat(answerTo(bean, new NumberFormatException())).isEqualTo("argument");
              assertThat(answerTo(bean, new IllegalStateException())).isEqualTo("runtime");
              assertThat(answerTo(bean, new IOException())).isEqualTo("any");
            });
  }

  private static String answerTo(Specific bean, Throwable failure) {
    bean.failure(failure);
    try {
      return bean.answer("Why?");
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  static class Choosy {
    Throwable failure = new IllegalStateException();

    @LlmFallback(
        method = "offline",
        applyOn = {LlmException.class, IOException.class},
        skipOn = java.io.FileNotFoundException.class)
    public String answer() throws Throwable {
      throw failure;
    }

    String offline(Exception failure) {
      return failure.getClass().getSimpleName();
    }

    void failure(Throwable failure) {
      this.failure = failure;
    }
  }

  @Test
  void isCalledForWhatApplyOnNamesUnlessSkipOnDoes() {
    Outage.total()
        .application(Choosy.class)
        .run(
            context -> {
              Choosy bean = context.getBean(Choosy.class);
              assertThat(outcome(bean, new IOException())).isEqualTo("IOException");
              LlmException llm = new LlmException(ErrorKind.TIMEOUT, "x");
              assertThat(outcome(bean, new CompletionException(llm))).isEqualTo("LlmException");
              assertThat(outcome(bean, new CompletionException(new ExecutionException(llm))))
                  .isEqualTo("LlmException");
              for (Throwable other :
                  List.of(
                      new java.io.FileNotFoundException(),
                      new CompletionException(new java.io.FileNotFoundException()),
                      new IllegalStateException(llm),
                      new LlmException(ErrorKind.CANCELLED, "nobody waits"))) {
                assertThat(outcome(bean, other)).isSameAs(other);
              }
            });
  }

  private static Object outcome(Choosy bean, Throwable failure) {
    bean.failure(failure);
    try {
      return bean.answer();
    } catch (Throwable e) {
      return e;
    }
  }

  static class Chain {
    @LlmFallback(method = "second")
    public String first() {
      throw new LlmException(ErrorKind.OVERLOADED, "first");
    }

    @LlmFallback(method = "third")
    public String second() {
      throw new LlmException(ErrorKind.OVERLOADED, "second");
    }

    String third(LlmException failure) {
      return failure.getMessage();
    }
  }

  @Test
  void mayHaveAFallbackItself() {
    Outage.total()
        .application(Chain.class)
        .run(
            context ->
                assertThat(context.getBean(Chain.class).first()).isEqualTo("OVERLOADED: second"));
  }
}
