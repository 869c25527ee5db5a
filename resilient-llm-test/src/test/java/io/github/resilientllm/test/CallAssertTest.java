package io.github.resilientllm.test;

import static io.github.resilientllm.test.LlmAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.test.judge.Client;
import io.github.resilientllm.test.judge.PlainClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each assertion has a client that fails it, and one that does not. */
class CallAssertTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Vendor a = Vendor.start("a");
  private final Vendor b = Vendor.start("b");

  @AfterEach
  void close() {
    a.close();
    b.close();
  }

  @Test
  void aTruncatedAnswerThatIsPassedOffIsFound() {
    a.streams(40).tokens().thenEndsUnfinished();
    assertWrong(
        Call.of(trusting(a), a, b),
        CallAssert::neverTruncated,
        "passed off as an answer what is the first 40 of 60 words of a's answer");
    assertWrong(Call.of(trusting(a), a, b), CallAssert::answeredWhole, "the first 40 of 60");
    assertThat(Call.of(careful(a), a, b)).neverTruncated().failed();
  }

  @Test
  void theBeginningOfABrokenAnswerBeforeAWholeOneIsFound() {
    a.streams(5).tokens().thenEndsUnfinished();
    Callable<String> glues = () -> trusting(a).call() + " " + trusting(b).call();
    assertWrong(Call.of(glues, a, b), CallAssert::neverTruncated, "with pieces of a broken one");
    assertWrong(Call.of(glues, a, b), CallAssert::answeredWhole, "with pieces of a broken one");
  }

  @Test
  void piecesWithoutTheirBeginningAroundAWholeAnswerAreFound() {
    a.streams(5).tokens().thenEndsUnfinished();
    Callable<String> glues =
        () -> trusting(a).call().replace("a-1 ", "") + " " + trusting(b).call();
    assertWrong(Call.of(glues, a, b), CallAssert::answeredWhole, "with pieces of a broken one");
  }

  @Test
  void aWholeAnswerMayHaveOtherWhiteSpace() {
    Callable<String> wraps =
        () -> trusting(a).call().replace("-30 ", "-30\n").replace("50 ", "50  ");
    assertThat(Call.of(wraps, a)).answeredBy(a).neverTruncated();
  }

  @Test
  void anAnswerThatIsNotOfThisCallIsFound() throws Exception {
    String cached = trusting(a).call();
    a.streams(40).tokens().thenEndsUnfinished();
    Callable<String> stale =
        () -> {
          String unused = trusting(a).call();
          return cached;
        };
    Call call = Call.of(stale, a, b);
    assertWrong(call, CallAssert::answeredWhole, "a did not give in this call");
    assertWrong(call, it -> it.answeredBy(a), "a did not give in this call");
    assertThatThrownBy(() -> assertThat(call).neverTruncated())
        .isInstanceOf(NotReachedException.class)
        .hasMessageContaining("a did not give in this call");
  }

  @Test
  void nothingForAnAnswerIsFound() {
    a.is(Trouble.DOWN);
    Callable<String> swallows =
        () -> {
          try {
            return trusting(a).call();
          } catch (IOException e) {
            return "";
          }
        };
    assertWrong(Call.of(swallows, a), CallAssert::neverTruncated, "what is empty");
  }

  @Test
  void anErrorIsNoAnswer() {
    a.is(Trouble.DOWN);
    assertWrong(Call.of(trusting(a), a), CallAssert::answeredWhole, "has no answer");
  }

  @Test
  void theWrongVendorIsFound() {
    Call call = Call.of(trusting(b), a, b);
    assertWrong(call, it -> it.answeredBy(a), "was answered by b and not by a");
    assertThat(call).answeredBy("b");
    assertThatThrownBy(() -> assertThat(call).answeredBy("c"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("No vendor \"c\"");
  }

  @Test
  void anAnswerWhereAnErrorIsDueIsFound() {
    Call call = Call.of(trusting(a), a);
    assertWrong(call, CallAssert::failed, "should have failed");
    a.is(Trouble.DOWN);
    Call failed = Call.of(trusting(a), a);
    assertWrong(failed, it -> it.failedWith(IllegalStateException.class), "failed with java.io");
    assertThat(failed).failedWith(IOException.class);
  }

  @Test
  void slownessIsFound() {
    a.answersWell().after(Duration.ofMillis(60));
    Call call = Call.of(trusting(a), a);
    assertWrong(call, it -> it.within(50, TimeUnit.MILLISECONDS), "more than 0.050 s");
    assertThat(call).within(20, TimeUnit.SECONDS);
  }

  @Test
  void aCallThatDoesNotEndIsEndedAndFound() {
    a.is(Trouble.SILENT);
    Call call = Call.of(trusting(a), Duration.ofMillis(400), List.of(a));
    assertThat(call.isOverdue()).isTrue();
    assertWrong(call, it -> it.within(LONG), "did not end by itself");
    assertWrong(call, CallAssert::failed, "did not end by itself");
    assertWrong(call, it -> it.failedWith(IOException.class), "did not end by itself");
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void whatIsBilledTwiceIsFound() {
    a.streams(10).tokens().thenCuts().once();
    Call call = Call.of(retrying(a), a);
    assertWrong(call, it -> it.billedAtMost(1), "was billed for 2 answers");
    assertThat(call).billedAtMost(2).answeredBy(a);
  }

  @Test
  void aRetryOfWhatNoRetryHelpsIsFound() {
    a.is(Trouble.OUT_OF_QUOTA);
    Call call = Call.of(retrying(a), a);
    assertWrong(call, it -> it.askedAtMost(a, 1), "asked a 2 times, more than 1");
    assertWrong(call, it -> it.asked(a, 1), "asked a 2 times, not 1 time");
    assertThat(call).askedAtMost(a, 2).asked(a, 2);
  }

  @Test
  void impatienceIsFound() {
    a.is(Trouble.LIMITED).retryAfter(Duration.ofSeconds(1)).once();
    Call call = Call.of(retrying(a), a);
    assertWrong(call, it -> it.leftAlone(a, Duration.ofSeconds(1)), "asked a again after 0.");
    assertThat(call).leftAlone(a, Duration.ZERO);
  }

  @Test
  void whatWasNotReachedIsAnErrorAndNoPass() {
    a.streams(40).tokens().thenCuts();
    Call call = Call.of(trusting(b), a, b);
    assertThatThrownBy(() -> assertThat(call))
        .isInstanceOf(NotReachedException.class)
        .hasMessageContaining("a streams 40 tokens, then cuts the connection");
  }

  @Test
  void aCallThatAskedNobodyIsAnErrorAndNoPass() {
    Call call = Call.of(() -> "from the cache", a);
    assertThatThrownBy(() -> assertThat(call)).isInstanceOf(NotReachedException.class);
  }

  @Test
  void aTextThatNobodySaidIsAnErrorAndNoPass() {
    Call call = Call.of(() -> trusting(a).call().length() + " characters", a);
    assertThatThrownBy(() -> assertThat(call).neverTruncated())
        .isInstanceOf(NotReachedException.class)
        .hasMessageContaining("cannot be judged");
  }

  @Test
  void whatFollowsAScriptForEverIsAMistake() {
    a.is(Trouble.DOWN);
    assertThatThrownBy(a::answersWell)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("say once()");
    assertThatThrownBy(() -> b.streams(3).tokens().thenCuts().thenGoesOn().thenResets())
        .isInstanceOf(IllegalStateException.class);
  }

  private static void assertWrong(Call call, Consumer<CallAssert> demand, String sentence) {
    assertThatThrownBy(() -> demand.accept(assertThat(call)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(sentence);
  }

  private static Callable<String> trusting(Vendor vendor) {
    return asking(PlainClient.trusting(vendor.baseUrl(), "m", "k", LONG));
  }

  private static Callable<String> careful(Vendor vendor) {
    return asking(PlainClient.careful(vendor.baseUrl(), "m", "k", LONG));
  }

  /** Asks a second time at once, whatever went wrong. */
  private static Callable<String> retrying(Vendor vendor) {
    return () -> {
      try {
        return careful(vendor).call();
      } catch (IOException e) {
        return careful(vendor).call();
      }
    };
  }

  private static Callable<String> asking(Client client) {
    return () -> client.ask("How are you?", true).text();
  }
}
