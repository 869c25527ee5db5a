package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.fail;
import static io.github.resilientllm.testing.Script.hang;
import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a call goes on to its next target, what that costs, and what is said of those it left. */
class MovingOnTest {
  private static final double FULL = 20;

  private final VirtualTime time = new VirtualTime();
  private final List<CallEvent> heard = new ArrayList<>();

  // After a silence

  @Test
  void aStreamThatFallsSilentIsAnsweredByTheNextTargetAtOnce() throws Exception {
    ScriptedProvider silent = ScriptedProvider.of("silent", time, script().says("half").stalls());
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, silent, next).listener(heard::add).build();
    time.run(
        () -> {
          Face.End end = Face.STREAM.call(llm, time);
          assertThat(end.text()).isEqualTo("hello");
          assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(20)); // the stall clock, once
        });
    assertThat(silent.attempts()).isEqualTo(1);
    assertNoRetryWasAnnounced();
    assertThat(llm.targets().get(0).retryTokens()).isEqualTo(FULL);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void soIsACallWhoseVendorFallsSilent(Face face) throws Exception {
    ScriptedProvider silent = ScriptedProvider.of("silent", time, script().says("half").stalls());
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, silent, next).hedge(Hedge.extraLoad(0.1)).build();
    time.run(
        () -> {
          assertThat(face.call(llm, time).text()).isEqualTo("hello");
          assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(20));
        });
    assertThat(silent.attempts()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aSilentTargetIsAskedOnceWhileOthersAreAtHand(Face face) throws Exception {
    ScriptedProvider silent = ScriptedProvider.of("silent", time, hang());
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, silent, next).listener(heard::add).build();
    time.run(() -> assertThat(face.call(llm, time).text()).isEqualTo("hello"));
    assertThat(silent.attempts()).isEqualTo(1);
    assertNoRetryWasAnnounced();
  }

  @Test
  void aSilentTargetIsAskedAgainWhereThereIsNoOther() throws Exception {
    ScriptedProvider silent =
        ScriptedProvider.of("silent", time, script().says("half").stalls(), answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, silent).build();
    time.run(() -> assertThat(Face.STREAM.call(llm, time).text()).isEqualTo("hello"));
  }

  @Test
  void aSilentTargetIsAskedAgainWhenTheOthersHaveFailed() throws Exception {
    ScriptedProvider silent =
        ScriptedProvider.of("silent", time, script().says("half").stalls(), answer("hello"));
    ScriptedProvider broken = ScriptedProvider.of("broken", time, fail(ErrorKind.FORBIDDEN));
    ResilientLlm llm = VirtualClient.with(time, broken, silent).build();
    time.run(() -> assertThat(Face.STREAM.call(llm, time).text()).isEqualTo("hello"));
    assertThat(silent.attempts()).isEqualTo(2);
  }

  // After a rate limit

  @ParameterizedTest
  @EnumSource(Face.class)
  void aWaitThatIsNotTakenIsNeitherPaidForNorAnnounced(Face face) throws Exception {
    ScriptedProvider limited =
        ScriptedProvider.of("limited", time, fail(ErrorKind.RATE_LIMITED, Duration.ofSeconds(10)));
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, limited, next).listener(heard::add).build();
    time.run(
        () -> {
          for (int i = 0; i < 4; i++) {
            assertThat(face.call(llm, time).response().answeredBy()).isEqualTo("next/m");
            time.pass(Duration.ofSeconds(30));
          }
        });
    assertThat(limited.attempts()).isEqualTo(4);
    assertNoRetryWasAnnounced();
    assertThat(llm.targets().get(0).retryTokens()).isEqualTo(FULL);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aRetryThatIsMadeIsPaidForAndAnnounced(Face face) throws Exception {
    ScriptedProvider limited =
        ScriptedProvider.of(
            "limited", time, fail(ErrorKind.RATE_LIMITED, Duration.ofSeconds(1)), answer("hello"));
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("no"));
    ResilientLlm llm =
        VirtualClient.with(time, limited, next)
            .listener(
                event -> {
                  heard.add(event);
                  if (event instanceof CallEvent.AttemptStarted started && started.number() == 2) {
                    assertThat(time.elapsed()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
                  }
                })
            .build();
    time.run(() -> assertThat(face.call(llm, time).text()).isEqualTo("hello"));
    assertThat(heard).filteredOn(CallEvent.RetryScheduled.class::isInstance).hasSize(1);
    assertThat(limited.startedAtMillis().get(1)).isGreaterThanOrEqualTo(1000);
  }

  // When a breaker opens

  @ParameterizedTest
  @EnumSource(Face.class)
  void theAttemptThatOpensTheBreakerIsFollowedByTheNextTargetAtOnce(Face face) throws Exception {
    ScriptedProvider sick = ScriptedProvider.of("sick", time, fail(ErrorKind.SERVER_ERROR));
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    ResilientLlm llm = opensAtOnce(sick, next);
    time.run(
        () -> {
          Face.End end = face.call(llm, time);
          assertThat(end.text()).isEqualTo("hello");
          assertThat(time.elapsed()).isZero();
          assertThat(end.response().attempts())
              .extracting(Attempt::kind)
              .containsExactly(Attempt.Kind.FIRST, Attempt.Kind.FALLBACK);
        });
    assertNoRetryWasAnnounced();
    assertThat(llm.targets().get(0).retryTokens()).isEqualTo(FULL);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void soIsAFailedProbe(Face face) throws Exception {
    ScriptedProvider sick = ScriptedProvider.of("sick", time, fail(ErrorKind.SERVER_ERROR));
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    ResilientLlm llm = opensAtOnce(sick, next);
    time.run(
        () -> {
          face.call(llm, time);
          for (int probes = 1; probes <= 3; probes++) {
            time.pass(Duration.ofSeconds(10));
            Duration before = time.elapsed();
            assertThat(face.call(llm, time).text()).isEqualTo("hello");
            assertThat(time.elapsed()).isEqualTo(before);
            assertThat(sick.attempts()).isEqualTo(1 + probes);
          }
        });
    assertNoRetryWasAnnounced();
    assertThat(llm.targets().get(0).retryTokens()).isEqualTo(FULL);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void theOnlyTargetIsStillRetriedWhenItsBreakerOpens(Face face) throws Exception {
    ScriptedProvider only =
        ScriptedProvider.of("only", time, fail(ErrorKind.SERVER_ERROR), answer("hello"));
    ResilientLlm llm = opensAtOnce(only);
    time.run(() -> assertThat(face.call(llm, time).text()).isEqualTo("hello"));
  }

  private ResilientLlm opensAtOnce(ScriptedProvider... vendors) {
    return VirtualClient.with(time, vendors)
        .listener(heard::add)
        .breaker(Breaker.opensAfter(1, 2).withOpenFor(Duration.ofSeconds(10)))
        .build();
  }

  // When every breaker is open

  @ParameterizedTest
  @EnumSource(Face.class)
  void aTotalOutageCostsOneRequestACallHoweverManyTargetsThereAre(Face face) throws Exception {
    for (Retry retry : List.of(Retry.none(), Retry.upTo(3))) {
      ScriptedProvider[] sick = new ScriptedProvider[20];
      for (int i = 0; i < sick.length; i++) {
        sick[i] = ScriptedProvider.of("v" + i, time, fail(ErrorKind.SERVER_ERROR));
      }
      ResilientLlm llm =
          VirtualClient.with(time, sick)
              .retry(retry)
              .breaker(Breaker.opensAfter(1, 2).withOpenFor(Duration.ofHours(1)))
              .build();
      time.run(
          () -> {
            face.call(llm, time);
            assertThat(llm.breakers().values()).containsOnly(BreakerState.OPEN);
            int before = attempts(sick);
            int last = sick[19].attempts();
            for (int i = 0; i < 10; i++) {
              LlmException failure = face.call(llm, time).error();
              assertThat(failure.kind()).isIn(ErrorKind.SERVER_ERROR, ErrorKind.CIRCUIT_OPEN);
            }
            assertThat(attempts(sick) - before).as("with %s", retry).isEqualTo(10);
            assertThat(sick[19].attempts() - last).isEqualTo(10);
          });
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void theForcedAttemptBringsTheLastTargetBack(Face face) throws Exception {
    ScriptedProvider sick = ScriptedProvider.of("sick", time, fail(ErrorKind.SERVER_ERROR));
    ScriptedProvider last =
        ScriptedProvider.of("last", time, fail(ErrorKind.SERVER_ERROR), answer("back"));
    ResilientLlm llm =
        VirtualClient.with(time, sick, last)
            .retry(Retry.none())
            .breaker(Breaker.opensAfter(1, 2).withOpenFor(Duration.ofHours(1)))
            .build();
    time.run(
        () -> {
          face.call(llm, time);
          ChatResponse response = face.call(llm, time).response();
          assertThat(response.answeredBy()).isEqualTo("last/m");
          assertThat(llm.breakers()).containsEntry("last/m", BreakerState.CLOSED);
        });
    assertThat(sick.attempts()).isEqualTo(1);
  }

  private static int attempts(ScriptedProvider... vendors) {
    int attempts = 0;
    for (ScriptedProvider vendor : vendors) {
      attempts += vendor.attempts();
    }
    return attempts;
  }

  // After a refusal that is one target's own

  @ParameterizedTest
  @EnumSource(Face.class)
  void aRequestThatIsNotForOneTargetIsForTheNext(Face face) throws Exception {
    ScriptedProvider picky = refusing("picky");
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, picky, next)
            .listener(heard::add)
            .breaker(Breaker.opensAfter(1, 2))
            .build();
    time.run(
        () -> {
          for (int i = 1; i <= 3; i++) {
            ChatResponse response = face.call(llm, time).response();
            assertThat(response.answeredBy()).isEqualTo("next/m");
            assertThat(response.attempts())
                .extracting(Attempt::kind)
                .containsExactly(Attempt.Kind.FIRST, Attempt.Kind.FALLBACK);
            assertThat(response.attempts().get(0).error()).contains(ErrorKind.NOT_FOR_THIS_TARGET);
            assertThat(picky.attempts()).isEqualTo(i); // once a call, and no lock
          }
          assertThat(time.elapsed()).isZero();
        });
    assertThat(llm.breakers()).containsEntry("picky/m", BreakerState.CLOSED);
    assertThat(llm.targets().get(0).failures()).isZero();
    assertThat(llm.targets().get(0).retryTokens()).isEqualTo(FULL);
    assertNoRetryWasAnnounced();
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aSiblingOfTheTargetIsNotAskedForItIsTheSameModel(Face face) throws Exception {
    ScriptedProvider one = refusing("one");
    ScriptedProvider two = ScriptedProvider.of("two", time, answer("no"));
    ScriptedProvider other = ScriptedProvider.of("other", time, answer("hello"));
    ResilientLlm llm =
        ResilientLlm.with(TargetGroup.of("g", Target.of(one), Target.of(two)))
            .fallback(other)
            .time(time)
            .executor(time)
            .build();
    time.run(() -> assertThat(face.call(llm, time).response().answeredBy()).isEqualTo("other/m"));
    assertThat(one.attempts()).isEqualTo(1);
    assertThat(two.attempts()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aRequestThatNobodyTakesEndsWithTheFirstRefusal(Face face) throws Exception {
    ScriptedProvider first = refusing("first");
    for (Script other :
        List.of(
            fail(ErrorKind.NOT_FOR_THIS_TARGET),
            fail(ErrorKind.OVERLOADED),
            fail(ErrorKind.CONTEXT_TOO_LONG),
            fail(ErrorKind.UNAUTHORIZED))) {
      ScriptedProvider next = ScriptedProvider.of("next", time, other);
      ResilientLlm llm = VirtualClient.with(time, first, next).build();
      time.run(
          () -> {
            LlmException failure = face.call(llm, time).error();
            assertThat(failure.kind()).isEqualTo(ErrorKind.NOT_FOR_THIS_TARGET);
            assertThat(failure.attempts()).hasSizeGreaterThanOrEqualTo(2);
            assertThat(failure.attempts().get(0).error()).contains(ErrorKind.NOT_FOR_THIS_TARGET);
            assertThat(failure.attempts().get(1).target()).isEqualTo("next/m");
          });
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aRequestThatTheOnlyTargetRefusesEndsAtOnce(Face face) throws Exception {
    ScriptedProvider only = refusing("only");
    ResilientLlm llm = VirtualClient.with(time, only).build();
    time.run(
        () ->
            assertThat(face.call(llm, time).error().kind())
                .isEqualTo(ErrorKind.NOT_FOR_THIS_TARGET));
    assertThat(only.attempts()).isEqualTo(1);
    assertThat(time.elapsed()).isZero();
  }

  @Test
  void theRefusalIsOneWarningForEachTargetThatNamesIt() throws Exception {
    ScriptedProvider one = refusing("one");
    ScriptedProvider two = refusing("two");
    ScriptedProvider well = ScriptedProvider.of("well", time, answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, one, two, well).build();
    List<RecordingLogger.Line> lines =
        RecordingLogger.record(
            () ->
                time.run(
                    () -> {
                      for (int i = 0; i < 5; i++) {
                        assertThat(llm.chat("q").text()).isEqualTo("hello");
                      }
                    }));
    List<String> warnings =
        lines.stream()
            .filter(line -> line.level().equals(Level.WARNING))
            .map(RecordingLogger.Line::text)
            .toList();
    assertThat(warnings).hasSize(2);
    assertThat(warnings.get(0)).contains("one/m");
    assertThat(warnings.get(1)).contains("two/m");
  }

  private ScriptedProvider refusing(String vendor) {
    return ScriptedProvider.of(vendor, time, fail(ErrorKind.NOT_FOR_THIS_TARGET));
  }

  // When the request is too long

  @ParameterizedTest
  @EnumSource(Face.class)
  void aRequestTooLongForATargetOfUnknownWindowIsSentToTheNext(Face face) throws Exception {
    ScriptedProvider small = ScriptedProvider.of("small", time, fail(ErrorKind.CONTEXT_TOO_LONG));
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    for (Target second : List.of(Target.of(next), Target.of(next).withContextWindow(128_000))) {
      ResilientLlm llm =
          ResilientLlm.with(small).fallback(second).time(time).executor(time).build();
      time.run(() -> assertThat(face.call(llm, time).text()).isEqualTo("hello"));
    }
    assertThat(small.attempts()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aRequestTooLongForAKnownWindowIsSentWhereTheWindowIsUnknown(Face face) throws Exception {
    ScriptedProvider small = ScriptedProvider.of("small", time, fail(ErrorKind.CONTEXT_TOO_LONG));
    ScriptedProvider unknown = ScriptedProvider.of("unknown", time, answer("hello"));
    ResilientLlm llm =
        ResilientLlm.with(Target.of(small).withContextWindow(8_000))
            .fallback(unknown)
            .time(time)
            .executor(time)
            .build();
    time.run(() -> assertThat(face.call(llm, time).text()).isEqualTo("hello"));
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void whoIsPassedOverForItsWindowStandsInTheAttempts(Face face) throws Exception {
    ScriptedProvider small = ScriptedProvider.of("small", time, fail(ErrorKind.CONTEXT_TOO_LONG));
    ScriptedProvider same = ScriptedProvider.of("same", time, answer("no"));
    ScriptedProvider large =
        ScriptedProvider.of("large", time, answer("hello"), fail(ErrorKind.FORBIDDEN));
    ResilientLlm llm =
        ResilientLlm.with(Target.of(small).withContextWindow(8_000))
            .fallback(Target.of(same).withContextWindow(8_000))
            .fallback(Target.of(large).withContextWindow(128_000))
            .time(time)
            .executor(time)
            .build();
    time.run(
        () -> {
          List<Attempt> attempts = face.call(llm, time).response().attempts();
          assertPassedOver(attempts);
          assertThat(attempts.get(2).error()).isEmpty();
          assertPassedOver(face.call(llm, time).error().attempts());
        });
    assertThat(same.attempts()).isZero();
  }

  private static void assertPassedOver(List<Attempt> attempts) {
    assertThat(attempts).hasSize(3);
    assertThat(attempts.get(0).error()).contains(ErrorKind.CONTEXT_TOO_LONG);
    assertThat(attempts.get(1).target()).isEqualTo("same/m");
    assertThat(attempts.get(1).kind()).isEqualTo(Attempt.Kind.SKIPPED);
    assertThat(attempts.get(1).reason()).isPresent();
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aRequestTooLongForAllOfThemIsTooLong(Face face) throws Exception {
    ScriptedProvider one = ScriptedProvider.of("one", time, fail(ErrorKind.CONTEXT_TOO_LONG));
    ScriptedProvider two = ScriptedProvider.of("two", time, fail(ErrorKind.CONTEXT_TOO_LONG));
    ResilientLlm llm = VirtualClient.with(time, one, two).build();
    time.run(
        () -> {
          LlmException failure = face.call(llm, time).error();
          assertThat(failure.kind()).isEqualTo(ErrorKind.CONTEXT_TOO_LONG);
          assertThat(failure.attempts()).hasSize(2);
        });
    assertThat(one.attempts()).isEqualTo(1);
    assertThat(two.attempts()).isEqualTo(1);
  }

  private void assertNoRetryWasAnnounced() {
    assertThat(heard).noneMatch(CallEvent.RetryScheduled.class::isInstance);
  }
}
