package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.fail;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a client tells of its targets. */
class TargetStateTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final VirtualTime time = new VirtualTime();
  private final ScriptedProvider sick =
      ScriptedProvider.of("sick", time, answer("1"), fail(ErrorKind.NETWORK), answer("back"));
  private final ScriptedProvider well = ScriptedProvider.of("well", time, answer("hello"));

  @Test
  void aNewClientsTargetsAreAllWell() throws Exception {
    ResilientLlm llm = VirtualClient.with(time, sick, well).build();
    time.run(
        () -> {
          time.pass(SECOND);
          assertThat(llm.targets())
              .extracting(Target.State::name)
              .containsExactly("sick/m", "well/m");
          assertThat(llm.targets()).extracting(Target.State::rank).containsExactly(0, 1);
          assertThat(llm.targets()).allSatisfy(TargetStateTest::isWell);
        });
  }

  @Test
  void anOpenBreakerTellsSinceWhenWhyAndUntilWhen() throws Exception {
    ResilientLlm llm = client(Breaker.opensAfter(1, 2).withOpenFor(Duration.ofSeconds(10)));
    time.run(
        () -> {
          llm.chat("q");
          time.pass(SECOND);
          llm.chat("q");
          time.pass(SECOND.multipliedBy(3));
          Target.State state = llm.targets().get(0);
          assertThat(state.breaker()).isEqualTo(BreakerState.OPEN);
          assertThat(state.breakerFor()).isEqualTo(SECOND.multipliedBy(3));
          assertThat(state.probeIn()).isEqualTo(SECOND.multipliedBy(7));
          assertThat(state.attempts()).isEqualTo(2);
          assertThat(state.failures()).isEqualTo(1);
          assertThat(state.failureShare()).isEqualTo(0.5);

          time.pass(SECOND.multipliedBy(7));
          llm.chat("q");
          time.pass(SECOND);
          Target.State after = llm.targets().get(0);
          assertThat(after.breaker()).isEqualTo(BreakerState.CLOSED);
          assertThat(after.breakerFor()).isEqualTo(SECOND);
          assertThat(after.probeIn()).isZero();
        });
  }

  @Test
  void aTargetWithoutABreakerIsClosed() throws Exception {
    ResilientLlm llm = client(Breaker.none());
    time.run(
        () -> {
          llm.chat("q");
          llm.chat("q");
          Target.State state = llm.targets().get(0);
          assertThat(state.breaker()).isEqualTo(BreakerState.CLOSED);
          assertThat(state.attempts()).isZero();
          assertThat(state.failureShare()).isZero();
        });
  }

  @Test
  void whatARetryTookFromTheBudgetIsGone() throws Exception {
    ScriptedProvider dead = ScriptedProvider.of("dead", time, fail(ErrorKind.SERVER_ERROR));
    ResilientLlm llm = VirtualClient.with(time, dead).retry(Retry.upTo(2)).build();
    time.run(
        () -> {
          double before = llm.targets().get(0).retryTokens();
          Face.BLOCKING.call(llm, time);
          assertThat(before - llm.targets().get(0).retryTokens())
              .isEqualTo(Budget.standard().retryCost() + 2 * Budget.standard().failureCost());
        });
  }

  @Test
  void aVendorThatAskedToWaitIsLimitedForSoLong() throws Exception {
    ScriptedProvider busy =
        ScriptedProvider.of("busy", time, fail(ErrorKind.RATE_LIMITED, Duration.ofSeconds(30)));
    ResilientLlm llm = VirtualClient.with(time, busy, well).build();
    time.run(
        () -> {
          llm.chat("q");
          time.pass(SECOND);
          assertThat(llm.targets().get(0).limitedFor()).isEqualTo(Duration.ofSeconds(29));
          assertThat(llm.targets().get(1).limitedFor()).isZero();
        });
  }

  @Test
  void theMembersOfAGroupShareARank() {
    ScriptedProvider other = ScriptedProvider.of("other", time, answer("hello"));
    ResilientLlm llm =
        ResilientLlm.with(TargetGroup.of("group", Target.of(sick), Target.of(well)))
            .fallback(other)
            .time(time)
            .build();
    assertThat(llm.targets()).extracting(Target.State::rank).isEqualTo(List.of(0, 0, 1));
  }

  private ResilientLlm client(Breaker breaker) {
    return VirtualClient.with(time, sick, well).retry(Retry.none()).breaker(breaker).build();
  }

  private static void isWell(Target.State state) {
    assertThat(state.name()).isEqualTo(state.vendor() + "/" + state.model());
    assertThat(state.breaker()).isEqualTo(BreakerState.CLOSED);
    assertThat(state.breakerFor()).isEqualTo(SECOND);
    assertThat(state.probeIn()).isZero();
    assertThat(state.attempts()).isZero();
    assertThat(state.failures()).isZero();
    assertThat(state.retryTokens()).isEqualTo(Budget.standard().capacity());
    assertThat(state.limitedFor()).isZero();
    assertThat(state).hasToString(state.name() + ": CLOSED, 0 of 0 failed");
  }
}
