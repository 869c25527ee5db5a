package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.fail;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same target again. */
class RetryTest {
  private final VirtualTime time = new VirtualTime();

  @ParameterizedTest
  @EnumSource(Face.class)
  void aFailureThatMayPassIsRetriedAfterAJitteredDelay(Face face) throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of(
            "v", time, fail(ErrorKind.OVERLOADED), fail(ErrorKind.SERVER_ERROR), answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, vendor).build();
    time.run(
        () -> {
          Face.End end = face.call(llm, time);
          assertThat(end.text()).isEqualTo("hello");
          assertThat(end.response().attempts())
              .extracting(Attempt::kind)
              .containsExactly(Attempt.Kind.FIRST, Attempt.Kind.RETRY, Attempt.Kind.RETRY);
        });
    // half of 500 ms, then half of 1 s
    assertThat(vendor.startedAtMillis()).containsExactly(0L, 250L, 750L);
    assertThat(vendor.open()).isZero();
    assertThat(time.watched()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aRetryIsShownTheAttemptBeforeItAtTheSameTarget(Face face) throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of(
            "v", time, fail(ErrorKind.OVERLOADED), fail(ErrorKind.SERVER_ERROR), answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, vendor).build();
    time.run(() -> assertThat(face.call(llm, time).text()).isEqualTo("hello"));
    time.run(() -> assertThat(face.call(llm, time).text()).isEqualTo("hello"));
    assertThat(vendor.preparations()).isEqualTo(2); // calls
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void whenAttemptsRunOutTheErrorListsThemAll(Face face) throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, fail(ErrorKind.SERVER_ERROR));
    ResilientLlm llm = VirtualClient.with(time, vendor).build();
    time.run(
        () -> {
          Face.End end = face.call(llm, time);
          assertThat(end.error().kind()).isEqualTo(ErrorKind.SERVER_ERROR);
          assertThat(end.error().attempts()).hasSize(3);
          assertThat(end.error().getCause()).hasMessage("scripted");
          assertThat(end.error().getSuppressed()).hasSize(2);
        });
    assertThat(vendor.open()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aServersDelayIsAFloorThatJitterOnlyRaises(Face face) throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of(
            "v", time, fail(ErrorKind.RATE_LIMITED, Duration.ofSeconds(4)), answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, vendor).build();
    time.run(() -> assertThat(face.call(llm, time).text()).isEqualTo("hello"));
    assertThat(vendor.startedAtMillis()).containsExactly(0L, 4250L);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aDelayThatDoesNotFitIntoTheDeadlineIsNotWaitedFor(Face face) throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of(
            "v", time, fail(ErrorKind.RATE_LIMITED, Duration.ofSeconds(30)), answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, vendor).deadline(Duration.ofSeconds(5)).build();
    time.run(
        () -> {
          Face.End end = face.call(llm, time);
          assertThat(end.error().kind()).isEqualTo(ErrorKind.RATE_LIMITED);
          assertThat(end.error().retryAfter()).contains(Duration.ofSeconds(30));
          assertThat(time.elapsed()).isZero();
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aDelayAboveTheCapIsNotWaitedForEvenIfItWouldFit(Face face) throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of(
            "v", time, fail(ErrorKind.RATE_LIMITED, Duration.ofSeconds(61)), answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, vendor).build();
    time.run(
        () -> {
          assertThat(face.call(llm, time).error().kind()).isEqualTo(ErrorKind.RATE_LIMITED);
          assertThat(time.elapsed()).isZero();
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aDeniedBudgetReturnsTheOriginalErrorWithoutWaiting(Face face) throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, fail(ErrorKind.SERVER_ERROR));
    ResilientLlm llm =
        VirtualClient.with(time, vendor).budget(Budget.standard().withCapacity(1)).build();
    time.run(
        () -> {
          assertThat(face.call(llm, time).error().attempts()).hasSize(2);
          Duration before = time.elapsed();
          assertThat(face.call(llm, time).error().attempts()).hasSize(1);
          assertThat(time.elapsed()).isEqualTo(before);
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorKind.class,
      names = {"INVALID_REQUEST", "UNAUTHORIZED", "QUOTA_EXHAUSTED", "MODEL_NOT_FOUND"})
  void whatWouldFailAgainIsNotRetried(ErrorKind kind) throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, fail(kind), answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, vendor).build();
    time.run(() -> assertThat(Face.BLOCKING.call(llm, time).error().kind()).isEqualTo(kind));
    assertThat(vendor.attempts()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aRefusedKeyIsTriedOnceMoreIfAskedTo(Face face) throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, fail(ErrorKind.UNAUTHORIZED));
    ResilientLlm llm =
        VirtualClient.with(time, vendor).retry(Retry.upTo(5).withUnauthorizedRetried()).build();
    time.run(
        () -> assertThat(face.call(llm, time).error().kind()).isEqualTo(ErrorKind.UNAUTHORIZED));
    // The first refusal locks the breaker for minutes, but not against the call's own second try.
    assertThat(vendor.attempts()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aToolCallThatCouldNotBeReadIsSampledOnceMore(Face face) throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of("v", time, fail(ErrorKind.TOOL_GENERATION_FAILED));
    ResilientLlm llm = VirtualClient.with(time, vendor).retry(Retry.upTo(5)).build();
    time.run(() -> assertThat(face.call(llm, time).error().attempts()).hasSize(2));
  }
}
