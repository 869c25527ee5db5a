package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.answerAfter;
import static io.github.resilientllm.testing.Script.fail;
import static io.github.resilientllm.testing.Script.hang;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A second attempt beside one whose first token is late. */
class HedgeTest {
  private static final Hedge AFTER_A_SECOND =
      Hedge.extraLoad(0.05).withInitialDelay(Duration.ofSeconds(1));

  private final VirtualTime time = new VirtualTime();
  private int requests;

  @ParameterizedTest
  @EnumSource(Face.class)
  void theFirstToSpeakAnswersAndTheOtherIsCancelledOnTheWire(Face face) throws Exception {
    ScriptedProvider late = ScriptedProvider.of("late", time, hang());
    ScriptedProvider quick =
        ScriptedProvider.of("quick", time, answerAfter(Duration.ofMillis(200), "hello"));
    ResilientLlm llm = VirtualClient.with(time, late, quick).hedge(AFTER_A_SECOND).build();
    time.run(
        () -> {
          Face.End end = face.call(llm, time);
          assertThat(end.text()).isEqualTo("hello");
          assertThat(time.elapsed()).isEqualTo(Duration.ofMillis(1200));
          assertThat(end.response().attempts())
              .extracting(Attempt::kind)
              .containsExactly(Attempt.Kind.FIRST, Attempt.Kind.HEDGE);
          assertThat(end.response().attempts().get(0).error()).contains(ErrorKind.CANCELLED);
          time.pass(Duration.ofNanos(1)); // it is closed at once, on a thread of its own
          assertThat(late.open()).isZero();
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aHedgePassesOverATargetWhoseBreakerIsOpen(Face face) throws Exception {
    ScriptedProvider late = ScriptedProvider.of("late", time, answer("at first"), hang());
    ScriptedProvider locked = ScriptedProvider.of("locked", time, fail(ErrorKind.UNAUTHORIZED));
    ScriptedProvider quick = ScriptedProvider.of("quick", time, answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, late, locked, quick).hedge(AFTER_A_SECOND).build();
    time.run(
        () -> {
          llm.drill(ChatRequest.of("q"));
          assertThat(face.call(llm, time).response().answeredBy()).isEqualTo("quick/m");
          assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(1));
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aHedgeIsShownTheAttemptThatItIsToOvertake(Face face) throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, hang(), answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, vendor).hedge(AFTER_A_SECOND.onSameTarget()).build();
    time.run(() -> assertThat(face.call(llm, time).text()).isEqualTo("hello"));
    assertThat(vendor.preparations()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aFailedHedgeDoesNotFailTheCall(Face face) throws Exception {
    ScriptedProvider late =
        ScriptedProvider.of("late", time, answerAfter(Duration.ofSeconds(2), "hello"));
    ScriptedProvider wrong = ScriptedProvider.of("wrong", time, fail(ErrorKind.INVALID_REQUEST));
    ResilientLlm llm = VirtualClient.with(time, late, wrong).hedge(AFTER_A_SECOND).build();
    time.run(
        () -> {
          assertThat(face.call(llm, time).text()).isEqualTo("hello");
          assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(2));
          assertThat(wrong.attempts()).isEqualTo(1);
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aFailureOfTheFirstLeavesTheHedgeRunning(Face face) throws Exception {
    ScriptedProvider failing =
        ScriptedProvider.of(
            "failing",
            time,
            Script.script().after(Duration.ofMillis(1500)).fails(ErrorKind.SERVER_ERROR));
    ScriptedProvider slow =
        ScriptedProvider.of("slow", time, answerAfter(Duration.ofSeconds(3), "hello"));
    ResilientLlm llm = VirtualClient.with(time, failing, slow).hedge(AFTER_A_SECOND).build();
    time.run(() -> assertThat(face.call(llm, time).text()).isEqualTo("hello"));
    assertThat(failing.attempts()).isEqualTo(1); // the hedge already is the second try
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aLoserSaysNothingAboutItsTarget(Face face) throws Exception {
    ScriptedProvider late = ScriptedProvider.of("late", time, hang());
    ScriptedProvider quick = ScriptedProvider.of("quick", time, answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, late, quick)
            .hedge(Hedge.extraLoad(1).withInitialDelay(Duration.ofSeconds(1)))
            .breaker(Breaker.opensAfter(1, 2))
            .build();
    time.run(
        () -> {
          for (int i = 0; i < 5; i++) {
            assertThat(face.call(llm, time).response().answeredBy()).isEqualTo("quick/m");
          }
        });
    assertThat(late.attempts()).isEqualTo(5); // its breaker never opened
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aRateLimitFreezesHedgesToThatTarget(Face face) throws Exception {
    ScriptedProvider late =
        new ScriptedProvider(
            "late", time, n -> answerAfter(Duration.ofSeconds(2), "late but there"));
    ScriptedProvider limited =
        ScriptedProvider.of("limited", time, fail(ErrorKind.RATE_LIMITED, Duration.ofMinutes(1)));
    ResilientLlm llm =
        VirtualClient.with(time, late, limited)
            .hedge(Hedge.extraLoad(1).withInitialDelay(Duration.ofSeconds(1)))
            .build();
    time.run(
        () -> {
          for (int i = 0; i < 5; i++) {
            assertThat(face.call(llm, time).response().answeredBy()).isEqualTo("late/m");
          }
        });
    assertThat(limited.attempts()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void theDelayIsLearntAndTheExtraLoadStaysWithinItsShare(Face face) throws Exception {
    long[] took = fiftyOrTwoThousand(face, Hedge.extraLoad(0.05).onSameTarget());
    assertThat(requests - took.length).isBetween(50, 125); // 5% and what the bucket holds
    assertThat(took[took.length * 99 / 100]).isLessThan(130); // 2000 without hedges
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aSecondHedgeSavesTheCallWhoseHedgeIsLateToo(Face face) throws Exception {
    long[] took = fiftyOrTwoThousand(face, Hedge.extraLoad(0.055).withMaxHedges(2).onSameTarget());
    assertThat(requests - took.length).isBetween(50, 135);
    assertThat(took[took.length * 999 / 1000]).isLessThan(300);
  }

  /** How long 2,000 calls took, in milliseconds, the shortest first, after 1,000 to learn from. */
  private long[] fiftyOrTwoThousand(Face face, Hedge hedge) throws Exception {
    Random random = new Random(7);
    ScriptedProvider vendor =
        new ScriptedProvider(
            "v",
            time,
            n -> answerAfter(Duration.ofMillis(random.nextInt(100) < 95 ? 50 : 2000), "x"));
    ResilientLlm llm = VirtualClient.with(time, vendor).retry(Retry.none()).hedge(hedge).build();
    long[] took = new long[2000];
    time.run(
        () -> {
          for (int i = 0; i < 1000; i++) {
            face.call(llm, time);
          }
          requests = -vendor.attempts();
          for (int i = 0; i < took.length; i++) {
            long before = time.nanos();
            face.call(llm, time);
            took[i] = (time.nanos() - before) / 1_000_000;
          }
          requests += vendor.attempts();
        });
    assertThat(vendor.open()).isZero();
    Arrays.sort(took);
    return took;
  }

  @Test
  void withoutHedgingACallRunsOnItsCallersThread() throws Exception {
    Thread[] ran = new Thread[1];
    ScriptedProvider vendor =
        new ScriptedProvider(
            "v",
            time,
            n -> {
              ran[0] = Thread.currentThread();
              return answer("hello");
            });
    ResilientLlm llm = VirtualClient.with(time, vendor).build();
    time.run(() -> assertThat(llm.chat("q").text()).isEqualTo("hello"));
    assertThat(ran[0]).isSameAs(Thread.currentThread());
  }

  @Test
  void anExecutorWithoutThreadsCostsTheHedgeAndNotTheCall() throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, vendor)
            .hedge(AFTER_A_SECOND)
            .executor(
                task -> {
                  throw new RejectedExecutionException("full");
                })
            .build();
    time.run(
        () -> {
          assertThat(Face.BLOCKING.call(llm, time).text()).isEqualTo("hello");
          assertThat(Face.ASYNC.call(llm, time).error())
              .hasMessage(
                  "LIMIT_EXCEEDED: 0 attempts in 0 ms: the executor has no thread for a call")
              .hasRootCauseMessage("full");
        });
  }
}
