package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.answerAfter;
import static io.github.resilientllm.testing.Script.fail;
import static io.github.resilientllm.testing.Script.hang;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Outcome;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The next target. */
class FallbackTest {
  private final VirtualTime time = new VirtualTime();

  @ParameterizedTest
  @EnumSource(Face.class)
  void theNextTargetAnswersWhenTheFirstIsExhausted(Face face) throws Exception {
    ScriptedProvider sick = ScriptedProvider.of("sick", time, fail(ErrorKind.SERVER_ERROR));
    ScriptedProvider well = ScriptedProvider.of("well", time, answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, sick, well).retry(Retry.upTo(2)).build();
    time.run(
        () -> {
          Face.End end = face.call(llm, time);
          assertThat(end.text()).isEqualTo("hello");
          assertThat(end.response().answeredBy()).isEqualTo("well/m");
          assertThat(end.response().attempts())
              .extracting(Attempt::kind)
              .containsExactly(Attempt.Kind.FIRST, Attempt.Kind.RETRY, Attempt.Kind.FALLBACK);
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorKind.class,
      names = {"QUOTA_EXHAUSTED", "UNAUTHORIZED", "FORBIDDEN", "MODEL_NOT_FOUND"})
  void aTargetThatRefusesTheKeyIsLeftAtOnceAndForMinutes(ErrorKind kind) throws Exception {
    ScriptedProvider locked = ScriptedProvider.of("locked", time, fail(kind), answer("back"));
    ScriptedProvider well = ScriptedProvider.of("well", time, answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, locked, well).build();
    time.run(
        () -> {
          assertThat(llm.chat("q").attempts()).hasSize(2);
          assertThat(llm.chat("q").answeredBy()).isEqualTo("well/m");
          time.pass(Duration.ofMinutes(4));
          assertThat(llm.chat("q").answeredBy()).isEqualTo("well/m");
          assertThat(locked.attempts()).isEqualTo(1);
          time.pass(Duration.ofMinutes(1));
          assertThat(llm.chat("q").answeredBy()).isEqualTo("locked/m");
          assertThat(llm.breakers()).containsEntry("locked/m", BreakerState.CLOSED);
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aWrongRequestIsWrongEverywhere(Face face) throws Exception {
    ScriptedProvider first = ScriptedProvider.of("a", time, fail(ErrorKind.INVALID_REQUEST));
    ScriptedProvider next = ScriptedProvider.of("b", time, answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, first, next).build();
    time.run(
        () -> assertThat(face.call(llm, time).error().kind()).isEqualTo(ErrorKind.INVALID_REQUEST));
    assertThat(next.attempts()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aFilteredAnswerIsNeitherASuccessNorTriedElsewhereUnlessAllowed(Face face) throws Exception {
    Script filtered =
        Script.script()
            .says("half a ")
            .done(Completion.of(FinishReason.CONTENT_FILTER, Usage.unknown()));
    ScriptedProvider first = ScriptedProvider.of("a", time, filtered);
    ScriptedProvider next = ScriptedProvider.of("b", time, answer("hello"));
    ResilientLlm strict = VirtualClient.with(time, first, next).build();
    ResilientLlm lenient =
        VirtualClient.with(time, first, next)
            .fallbackPolicy(Fallback.standard().withContentFilterTried())
            .build();
    time.run(
        () -> {
          LlmException failure = face.call(strict, time).error();
          assertThat(failure.kind()).isEqualTo(ErrorKind.CONTENT_FILTERED);
          assertThat(failure.outcome()).isEqualTo(Outcome.FILTERED);
          assertThat(failure.partialText()).isEqualTo("half a ");
          assertThat(next.attempts()).isZero();
          assertThat(face.call(lenient, time).text()).isEqualTo("hello");
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aRefusalOfAStructuredAnswerIsNoEmptySuccess(Face face) throws Exception {
    Completion refusal = Completion.builder(FinishReason.STOP).refusal("I cannot do that.").build();
    ScriptedProvider vendor = ScriptedProvider.of("a", time, Script.script().done(refusal));
    ResilientLlm llm = VirtualClient.with(time, vendor).build();
    time.run(
        () -> {
          LlmException failure = face.call(llm, time).error();
          assertThat(failure.kind()).isEqualTo(ErrorKind.CONTENT_FILTERED);
          assertThat(failure.partialText()).isEqualTo("I cannot do that.");
          assertThat(failure).hasMessageNotContaining("cannot do");
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aRequestThatIsTooLongPassesOverWindowsThatAreNoLarger(Face face) throws Exception {
    ScriptedProvider small = ScriptedProvider.of("small", time, fail(ErrorKind.CONTEXT_TOO_LONG));
    ScriptedProvider same = ScriptedProvider.of("same", time, answer("no"));
    ScriptedProvider unknown =
        ScriptedProvider.of("unknown", time, fail(ErrorKind.CONTEXT_TOO_LONG));
    ScriptedProvider large = ScriptedProvider.of("large", time, answer("hello"));
    ResilientLlm llm =
        ResilientLlm.with(Target.of(small).withContextWindow(8_000))
            .fallback(Target.of(same).withContextWindow(8_000))
            .fallback(unknown)
            .fallback(Target.of(large).withContextWindow(128_000))
            .time(time)
            .executor(time)
            .build();
    time.run(
        () -> {
          ChatResponse response = face.call(llm, time).response();
          assertThat(response.answeredBy()).isEqualTo("large/m");
          assertThat(response.attempts())
              .extracting(attempt -> attempt.target() + " " + attempt.kind())
              .containsExactly(
                  "small/m FIRST", "same/m SKIPPED", "unknown/m FALLBACK", "large/m FALLBACK");
        });
    assertThat(same.attempts()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aRequestThatIsTooLongGoesWhereTheCallerLetsIt(Face face) throws Exception {
    ScriptedProvider small = ScriptedProvider.of("small", time, fail(ErrorKind.CONTEXT_TOO_LONG));
    ScriptedProvider unknown = ScriptedProvider.of("unknown", time, answer("hello"));
    Fallback standard = Fallback.standard();
    ResilientLlm strict =
        VirtualClient.with(time, small, unknown)
            .fallbackPolicy(standard.withContextTooLong(Fallback.ContextTooLong.NEVER))
            .build();
    ResilientLlm hopeful =
        VirtualClient.with(time, small, unknown)
            .fallbackPolicy(standard.withContextTooLong(Fallback.ContextTooLong.ANY))
            .build();
    time.run(
        () -> {
          assertThat(face.call(strict, time).error().kind()).isEqualTo(ErrorKind.CONTEXT_TOO_LONG);
          assertThat(unknown.attempts()).isZero();
          assertThat(face.call(hopeful, time).text()).isEqualTo("hello");
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aTargetThatCannotServeTheRequestIsPassedOverWithTheReason(Face face) throws Exception {
    ScriptedProvider unable =
        ScriptedProvider.of("unable", time, answer("no")).cannotServe("it takes no images");
    ScriptedProvider able = ScriptedProvider.of("able", time, answer("hello"));
    time.run(
        () -> {
          Face.End end = face.call(VirtualClient.with(time, unable, able).build(), time);
          assertThat(end.text()).isEqualTo("hello");
          assertThat(end.response().attempts().get(0).kind()).isEqualTo(Attempt.Kind.SKIPPED);
          assertThat(end.response().attempts().get(0).reason()).contains("it takes no images");
          LlmException alone = face.call(VirtualClient.with(time, unable).build(), time).error();
          assertThat(alone.kind()).isEqualTo(ErrorKind.NO_ELIGIBLE_TARGET);
          assertThat(alone).hasMessageContaining("it takes no images");
        });
    assertThat(unable.attempts()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aCallWaitsForALimitedTargetNoLongerThanItsPatience(Face face) throws Exception {
    ScriptedProvider limited =
        ScriptedProvider.of(
            "limited", time, fail(ErrorKind.RATE_LIMITED, Duration.ofSeconds(10)), answer("late"));
    ScriptedProvider well = ScriptedProvider.of("well", time, answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, limited, well).build();
    time.run(
        () -> {
          assertThat(face.call(llm, time).response().answeredBy()).isEqualTo("well/m");
          assertThat(time.elapsed()).isZero();
          // while the next one finds out that the target takes more
          assertThat(face.call(llm, time).response().answeredBy()).isEqualTo("limited/m");
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aLimitedTargetIsWaitedForWhenThereIsNothingElse(Face face) throws Exception {
    ScriptedProvider limited =
        ScriptedProvider.of(
            "limited", time, fail(ErrorKind.RATE_LIMITED, Duration.ofSeconds(10)), answer("late"));
    ScriptedProvider sick = ScriptedProvider.of("sick", time, fail(ErrorKind.FORBIDDEN));
    ResilientLlm llm = VirtualClient.with(time, limited, sick).build();
    time.run(() -> assertThat(face.call(llm, time).text()).isEqualTo("late"));
    assertThat(limited.startedAtMillis().get(1)).isGreaterThanOrEqualTo(10_000);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void anOpenBreakerSendsCallsToTheNextTargetAtOnceAndOneProbeBringsThemBack(Face face)
      throws Exception {
    ScriptedProvider first =
        new ScriptedProvider(
            "first", time, n -> n < 2 ? fail(ErrorKind.SERVER_ERROR) : answer("back"));
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, first, next)
            .retry(Retry.none())
            .breaker(Breaker.opensAfter(2, 4).withOpenFor(Duration.ofSeconds(10)))
            .build();
    time.run(
        () -> {
          face.call(llm, time);
          face.call(llm, time);
          assertThat(llm.breakers()).containsEntry("first/m", BreakerState.OPEN);
          Face.End away = face.call(llm, time);
          assertThat(away.response().attempts())
              .extracting(Attempt::kind)
              .containsExactly(Attempt.Kind.SKIPPED, Attempt.Kind.FIRST);
          assertThat(first.attempts()).isEqualTo(2);
          time.pass(Duration.ofSeconds(10));
          assertThat(face.call(llm, time).text()).isEqualTo("back");
          assertThat(llm.breakers()).containsEntry("first/m", BreakerState.CLOSED);
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void theLastTargetIsNeverEjectedUnlessAskedFor(Face face) throws Exception {
    ScriptedProvider only =
        new ScriptedProvider("only", time, n -> n < 3 ? fail(ErrorKind.NETWORK) : answer("back"));
    ResilientLlm kept =
        VirtualClient.with(time, only)
            .retry(Retry.none())
            .breaker(Breaker.opensAfter(2, 2))
            .build();
    ScriptedProvider other = ScriptedProvider.of("other", time, fail(ErrorKind.NETWORK));
    ResilientLlm ejected =
        VirtualClient.with(time, other)
            .retry(Retry.none())
            .breaker(Breaker.opensAfter(2, 2).ejectingLastTarget())
            .build();
    time.run(
        () -> {
          for (int i = 0; i < 3; i++) {
            assertThat(face.call(kept, time).error().kind()).isEqualTo(ErrorKind.NETWORK);
          }
          assertThat(face.call(kept, time).text()).isEqualTo("back");
          assertThat(kept.breakers()).containsEntry("only/m", BreakerState.CLOSED);
          face.call(ejected, time);
          face.call(ejected, time);
          assertThat(face.call(ejected, time).error().kind()).isEqualTo(ErrorKind.CIRCUIT_OPEN);
          assertThat(other.attempts()).isEqualTo(2);
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aCancelledProbeGivesItsSlotBack(Face face) throws Exception {
    ScriptedProvider first =
        new ScriptedProvider(
            "first",
            time,
            n -> n == 0 ? fail(ErrorKind.NETWORK) : n == 1 ? hang() : answer("back"));
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, first, next)
            .retry(Retry.none())
            .breaker(Breaker.opensAfter(1, 2).withOpenFor(Duration.ofSeconds(1)))
            .build();
    time.run(
        () -> {
          assertThat(face.call(llm, time).response().answeredBy()).isEqualTo("next/m");
          time.pass(Duration.ofSeconds(1));
          var probe = llm.chatAsync(ChatRequest.of("q"));
          time.pass(Duration.ofMillis(1));
          assertThat(llm.breakers()).containsEntry("first/m", BreakerState.HALF_OPEN);
          assertThat(face.call(llm, time).response().answeredBy())
              .isEqualTo("next/m"); // one probe at a time
          probe.cancel(true);
          time.pass(Duration.ofMillis(1));
          assertThat(face.call(llm, time).response().answeredBy()).isEqualTo("first/m");
        });
  }

  @Test
  void slowFirstTokensOpenTheBreakerLikeFailures() throws Exception {
    ScriptedProvider slow =
        ScriptedProvider.of("slow", time, answerAfter(Duration.ofSeconds(9), "x"));
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, slow, next)
            .breaker(Breaker.opensAfter(2, 4).withSlowAfter(Duration.ofSeconds(8)))
            .build();
    time.run(
        () -> {
          Face.STREAM.call(llm, time);
          Face.STREAM.call(llm, time);
          assertThat(Face.STREAM.call(llm, time).response().answeredBy()).isEqualTo("next/m");
        });
  }
}
