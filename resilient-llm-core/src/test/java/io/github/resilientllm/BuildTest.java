package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.fail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.RateLimit;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client's settings promise, and which ones are refused. */
class BuildTest {
  private final VirtualTime time = new VirtualTime();
  private final ScriptedProvider a = ScriptedProvider.of("a", time, fail(ErrorKind.SERVER_ERROR));
  private final ScriptedProvider b = ScriptedProvider.of("b", time, answer("hello"));

  @Test
  void thePlanSaysWhatACallCanCostAtMost() {
    CallPlan plan =
        VirtualClient.with(time, a, b)
            .retry(Retry.upTo(3))
            .hedge(Hedge.extraLoad(0.05).withMaxHedges(2))
            .deadline(Duration.ofSeconds(20))
            .build()
            .plan();
    assertThat(plan.targets()).containsExactly("a/m", "b/m");
    assertThat(plan.maxAttempts()).isEqualTo(8);
    assertThat(plan.maxHedges()).isEqualTo(2);
    assertThat(plan.longest()).isEqualTo(Duration.ofSeconds(20));
    assertThat(plan.expectedExtraLoad()).isEqualTo(1.05);
  }

  @Test
  void withoutRefundsThePlanKnowsASmallerBound() {
    Budget fixed = Budget.standard().withRefund(0);
    Budget grudging = Budget.standard().withRefund(0.75);
    assertThat(VirtualClient.with(time, a).budget(fixed).build().plan().expectedExtraLoad())
        .isEqualTo(0.25);
    assertThat(VirtualClient.with(time, a).budget(grudging).build().plan().expectedExtraLoad())
        .isEqualTo(0.5);
  }

  @Test
  void withoutABudgetThePlanSaysSo() {
    CallPlan plan = VirtualClient.with(time, a).budget(Budget.unlimited()).build().plan();
    assertThat(plan.expectedExtraLoad()).isInfinite();
  }

  @Test
  void aPlansMostAttemptsAreReachedAndNotPassed() throws Exception {
    ScriptedProvider sick = ScriptedProvider.of("sick", time, fail(ErrorKind.SERVER_ERROR));
    ResilientLlm llm = VirtualClient.with(time, a, sick).retry(Retry.upTo(4)).build();
    time.run(() -> Face.BLOCKING.call(llm, time));
    assertThat(a.attempts() + sick.attempts()).isEqualTo(llm.plan().maxAttempts());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 30, 400, 4_000, 12_000, 120_000, 3_600_000})
  void aDeadlineAloneIsNeverRefused(long millis) {
    ResilientLlm llm =
        VirtualClient.with(time, a)
            .deadline(Duration.ofMillis(millis))
            .retry(Retry.upTo(3))
            .hedge(Hedge.extraLoad(0.1))
            .build();
    assertThat(llm.plan().longest()).hasMillis(millis);
  }

  @Test
  void contradictionsAreRefusedWithTheReason() {
    refused(
        () -> VirtualClient.with(time, a, a).build(), "Two targets are named \"a/m\"", "named(");
    refused(
        () ->
            VirtualClient.with(time, a)
                .deadline(Duration.ofMillis(100))
                .retry(Retry.upTo(3).withDelay(Duration.ofMillis(500), Duration.ofSeconds(8)))
                .build(),
        "Retry.baseDelay PT0.5S",
        "no retry would fit");
    refused(
        () ->
            VirtualClient.with(time, a)
                .hedge(Hedge.extraLoad(0.1).withInitialDelay(Duration.ofMinutes(1)))
                .build(),
        "Hedge.initialDelay",
        "no hedge would start");
    refused(
        () ->
            VirtualClient.with(time, a)
                .breaker(Breaker.standard().withSlowAfter(Duration.ofMinutes(1)))
                .build(),
        "Breaker.slowAfter",
        "no first token could be slow");
    refused(
        () -> Timeouts.deadline(Duration.ofSeconds(5)).withAttempt(Duration.ofSeconds(6)),
        "attempt PT6S",
        "longer than the deadline");
  }

  @Test
  void valuesOutOfRangeAreRefusedByName() {
    refused(() -> Retry.upTo(0), "maxAttempts", "not 0");
    refused(() -> Retry.upTo(21), "maxAttempts", "not 21");
    refused(
        () -> Retry.upTo(2).withDelay(Duration.ofSeconds(9), Duration.ofSeconds(8)),
        "baseDelay PT9S",
        "maxDelay PT8S");
    refused(() -> Hedge.extraLoad(0), "extraLoad", "Hedge.none()");
    refused(() -> Hedge.extraLoad(Double.NaN), "extraLoad", "NaN");
    refused(() -> Breaker.opensAfter(5, 4), "failures", "not 5");
    refused(() -> Concurrency.atMost(0), "limit", "not 0");
    refused(() -> RateLimit.of(0, Duration.ofSeconds(1)), "permits", "not 0");
    refused(() -> Timeouts.deadline(Duration.ZERO), "deadline", "PT0S");
    refused(() -> Timeouts.deadline(Duration.ofDays(2)), "deadline", "PT48H");
    refused(() -> Budget.standard().withCapacity(-1), "capacity", "-1");
    refused(() -> Target.of(a).named(" "), "blank", "");
    refused(() -> Target.of(a).withContextWindow(0), "context window", "not 0");
  }

  @Test
  void everyPolicyCanBeSwitchedOff() throws Exception {
    ResilientLlm bare =
        VirtualClient.with(time, a)
            .retry(Retry.none())
            .budget(Budget.unlimited())
            .breaker(Breaker.none())
            .hedge(Hedge.none())
            .concurrency(Concurrency.unlimited())
            .rateLimit(RateLimit.unlimited())
            .build();
    time.run(
        () -> {
          for (int i = 0; i < 50; i++) {
            assertThat(Face.BLOCKING.call(bare, time).error().attempts()).hasSize(1);
          }
        });
    assertThat(a.attempts()).isEqualTo(50);
  }

  private static void refused(ThrowingCallable settings, String... said) {
    assertThatIllegalArgumentException()
        .isThrownBy(settings)
        .satisfies(e -> assertThat(e.getMessage()).contains(said));
  }
}
