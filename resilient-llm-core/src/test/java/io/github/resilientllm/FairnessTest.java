package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.answerAfter;
import static io.github.resilientllm.testing.Script.fail;
import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.RateLimit;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is charged to whom: time to readers, tokens to what they bought, refusals to targets. */
class FairnessTest {
  private final VirtualTime time = new VirtualTime();

  @Test
  void aSlowReadersTimeIsNotTheAttempts() throws Exception {
    Duration pause = Duration.ofSeconds(1);
    ScriptedProvider vendor =
        ScriptedProvider.of(
            "v",
            time,
            script().says("a").after(pause).says("b").after(pause).says("c").after(pause).done());
    ResilientLlm llm =
        VirtualClient.with(time, vendor)
            .timeouts(Timeouts.deadline(Duration.ofMinutes(2)).withAttempt(Duration.ofSeconds(10)))
            .build();
    time.run(
        () -> {
          try (ChatStream stream = llm.stream("q")) {
            for (ChatEvent unused : stream) {
              time.pass(Duration.ofSeconds(8));
            }
            assertThat(stream.response().attempts()).hasSize(1);
          }
        });
  }

  @Test
  void aVendorWhoTricklesIsStillEndedByTheAttemptsClock() throws Exception {
    ScriptedProvider trickling =
        new ScriptedProvider(
            "v",
            time,
            n -> {
              Script endless = script();
              for (int i = 0; i < 100; i++) {
                endless.after(Duration.ofSeconds(1)).says(".");
              }
              return endless.done();
            });
    ResilientLlm llm =
        VirtualClient.with(time, trickling)
            .retry(Retry.none())
            .timeouts(Timeouts.deadline(Duration.ofMinutes(2)).withAttempt(Duration.ofSeconds(10)))
            .build();
    time.run(
        () -> {
          assertThat(Face.STREAM.call(llm, time).error().kind()).isEqualTo(ErrorKind.TIMEOUT);
          assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(10));
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void decorrelatedJitterGrowsFromOurDelayAndNotFromTheServers(Face face) throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of(
            "v",
            time,
            fail(ErrorKind.RATE_LIMITED, Duration.ofSeconds(10)),
            fail(ErrorKind.SERVER_ERROR),
            answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, vendor)
            .retry(Retry.upTo(3).withJitter(Retry.Jitter.DECORRELATED))
            .build();
    time.run(() -> assertThat(face.call(llm, time).text()).isEqualTo("hello"));
    // 10 s and half of an eighth; then half way between 0.5 s and three times that 1 s
    assertThat(vendor.startedAtMillis()).containsExactly(0L, 10_625L, 12_375L);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aRefusedKeyLocksItsTargetAlsoWhenItsSecondTryIsDenied(Face face) throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, fail(ErrorKind.UNAUTHORIZED));
    ResilientLlm llm =
        VirtualClient.with(time, vendor)
            .retry(Retry.upTo(3).withUnauthorizedRetried())
            .budget(Budget.standard().withCapacity(0))
            .build();
    time.run(
        () -> {
          assertThat(face.call(llm, time).error().kind()).isEqualTo(ErrorKind.UNAUTHORIZED);
          assertThat(llm.breakers()).containsEntry("v/m", BreakerState.OPEN);
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aHedgeThatMayNotStartCostsNoHedge(Face face) throws Exception {
    ScriptedProvider late =
        ScriptedProvider.of("late", time, answerAfter(Duration.ofSeconds(2), "late"));
    ScriptedProvider quick = ScriptedProvider.of("quick", time, answer("quick"));
    ResilientLlm llm =
        ResilientLlm.with(late)
            .fallback(Target.of(quick).withRateLimit(RateLimit.of(1, Duration.ofHours(1))))
            .hedge(Hedge.extraLoad(0.5).withInitialDelay(Duration.ofSeconds(1)))
            .time(time)
            .executor(time)
            .build();
    time.run(
        () -> {
          assertThat(face.call(llm, time).text()).isEqualTo("quick");
          assertThat(face.call(llm, time).text()).isEqualTo("late"); // no turn for the hedge
          time.pass(Duration.ofHours(1));
          assertThat(face.call(llm, time).text()).isEqualTo("quick");
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aTargetThatFailedAsAHedgeIsRetriedAsOneThatWasAsked(Face face) throws Exception {
    ScriptedProvider first =
        ScriptedProvider.of(
            "first",
            time,
            script().after(Duration.ofMillis(1500)).fails(ErrorKind.SERVER_ERROR),
            fail(ErrorKind.SERVER_ERROR));
    ScriptedProvider next =
        ScriptedProvider.of(
            "next",
            time,
            script().after(Duration.ofSeconds(1)).fails(ErrorKind.SERVER_ERROR),
            answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, first, next)
            .retry(Retry.upTo(2))
            .hedge(Hedge.extraLoad(0.5).withInitialDelay(Duration.ofSeconds(1)))
            .build();
    time.run(
        () -> {
          Face.End end = face.call(llm, time);
          assertThat(end.response().attempts())
              .extracting(Attempt::kind)
              .containsExactly(
                  Attempt.Kind.FIRST, Attempt.Kind.HEDGE, Attempt.Kind.RETRY, Attempt.Kind.RETRY);
        });
  }
}
