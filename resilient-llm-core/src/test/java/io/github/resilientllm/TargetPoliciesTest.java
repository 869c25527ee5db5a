package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.answerAfter;
import static io.github.resilientllm.testing.Script.fail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a target has of its own, and what an operator may say of it. */
class TargetPoliciesTest {
  private final VirtualTime time = new VirtualTime();
  private final ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));

  @ParameterizedTest
  @EnumSource(Face.class)
  void aTargetIsAskedAgainAsItselfSays(Face face) throws Exception {
    ScriptedProvider once = ScriptedProvider.of("once", time, fail(ErrorKind.SERVER_ERROR));
    ScriptedProvider often = ScriptedProvider.of("often", time, fail(ErrorKind.SERVER_ERROR));
    ResilientLlm llm =
        ResilientLlm.with(Target.of(once).withRetry(Retry.none()))
            .fallback(Target.of(often).withRetry(Retry.upTo(5)))
            .fallback(next)
            .time(time)
            .executor(time)
            .build();
    time.run(() -> assertThat(face.call(llm, time).text()).isEqualTo("hello"));
    assertThat(once.attempts()).isEqualTo(1);
    assertThat(often.attempts()).isEqualTo(5);
    assertThat(llm.plan().maxAttempts()).isEqualTo(1 + 5 + 3);
  }

  @Test
  void aTargetsClocksAreItsOwnWhereItSetsThem() throws Exception {
    ScriptedProvider slow =
        ScriptedProvider.of("slow", time, answerAfter(Duration.ofSeconds(5), "late"));
    ResilientLlm llm =
        ResilientLlm.with(
                Target.of(slow)
                    .withTimeouts(Timeouts.standard().withFirstToken(Duration.ofSeconds(1))))
            .fallback(next)
            .time(time)
            .executor(time)
            .build();
    time.run(() -> assertThat(Face.STREAM.call(llm, time).text()).isEqualTo("hello"));
    assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void aTargetsBudgetIsItsOwn() {
    ResilientLlm llm =
        ResilientLlm.with(Target.of(next).withBudget(Budget.standard().withCapacity(3))).build();
    assertThat(llm.targets().get(0).retryTokens()).isEqualTo(3);
  }

  @Test
  void anEffortToThinkGrantsTheSilenceThatAPlainRequestIsNotGranted() throws Exception {
    ScriptedProvider thinker =
        ScriptedProvider.of("thinker", time, answerAfter(Duration.ofSeconds(60), "42"));
    ChatRequest plain = ChatRequest.of("6 times 7?");
    ChatRequest hard = plain.toBuilder().reasoningEffort(ReasoningEffort.HIGH).build();
    ResilientLlm llm = VirtualClient.with(time, thinker, next).build();
    time.run(
        () -> {
          assertThat(Face.STREAM.call(llm, hard, time).text()).isEqualTo("42");
          Duration before = time.elapsed();
          assertThat(Face.STREAM.call(llm, plain, time).text()).isEqualTo("hello");
          assertThat(time.elapsed().minus(before)).isEqualTo(Duration.ofSeconds(12));
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aRefusalIsTheEndWhereItIsSetToBe(Face face) throws Exception {
    ScriptedProvider strict =
        ScriptedProvider.of("strict", time, fail(ErrorKind.NOT_FOR_THIS_TARGET));
    ResilientLlm llm =
        VirtualClient.with(time, strict, next)
            .fallbackPolicy(Fallback.standard().withRefusalsFinal())
            .build();
    time.run(
        () ->
            assertThat(face.call(llm, time).error().kind())
                .isEqualTo(ErrorKind.NOT_FOR_THIS_TARGET));
    assertThat(next.attempts()).isZero();
  }

  @Test
  void aTargetThatRefusedItsKeyServesAgainAsSoonAsSomebodyWhoKnowsSaysSo() throws Exception {
    ScriptedProvider locked =
        ScriptedProvider.of("locked", time, fail(ErrorKind.UNAUTHORIZED), answer("back"));
    ResilientLlm llm = VirtualClient.with(time, locked).build();
    time.run(
        () -> {
          assertThat(Face.BLOCKING.call(llm, time).error().kind())
              .isEqualTo(ErrorKind.UNAUTHORIZED);
          assertThat(Face.BLOCKING.call(llm, time).error().kind())
              .isEqualTo(ErrorKind.CIRCUIT_OPEN);
          llm.reset("locked/m");
          assertThat(llm.breakers()).containsEntry("locked/m", BreakerState.CLOSED);
          assertThat(Face.BLOCKING.call(llm, time).text()).isEqualTo("back");
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aTargetThatIsForcedOpenIsAskedByNoClientUntilItIsReset(Face face) throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answer("back"));
    Target shared = Target.of(vendor).withBreaker(Breaker.none());
    List<CallEvent> heard = new ArrayList<>();
    ResilientLlm alone = ResilientLlm.with(shared).time(time).executor(time).build();
    ResilientLlm other =
        ResilientLlm.with(shared)
            .fallback(next)
            .listener(heard::add)
            .time(time)
            .executor(time)
            .build();
    time.run(
        () -> {
          alone.forceOpen("v/m");
          time.pass(Duration.ofDays(1));
          Face.End passedOver = face.call(other, time);
          assertThat(passedOver.response().answeredBy()).isEqualTo("next/m");
          assertThat(passedOver.response().attempts().get(0).kind())
              .isEqualTo(Attempt.Kind.SKIPPED);
          assertThat(face.call(alone, time).error().kind()).isEqualTo(ErrorKind.CIRCUIT_OPEN);
          assertThat(vendor.attempts()).isZero();
          assertThat(other.targets().get(0))
              .hasToString("v/m: OPEN (forced), 0 of 0 failed")
              .returns(true, Target.State::forced)
              .returns(Duration.ofDays(1), Target.State::breakerFor)
              .returns(Duration.ZERO, Target.State::probeIn);

          other.reset("v/m");
          assertThat(face.call(alone, time).text()).isEqualTo("back");
          assertThat(other.targets().get(0).forced()).isFalse();
        });
    assertThat(heard)
        .filteredOn(CallEvent.BreakerChanged.class::isInstance)
        .containsExactly(
            CallEvent.BreakerChanged.of("v/m", BreakerState.CLOSED, BreakerState.OPEN),
            CallEvent.BreakerChanged.of("v/m", BreakerState.OPEN, BreakerState.CLOSED));
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aTargetThatIsForcedClosedStaysInServiceWhateverItDoesUntilItIsReset(Face face)
      throws Exception {
    ScriptedProvider sick =
        ScriptedProvider.of("sick", time, fail(ErrorKind.NETWORK), fail(ErrorKind.UNAUTHORIZED));
    ResilientLlm llm =
        VirtualClient.with(time, sick, next)
            .retry(Retry.none())
            .breaker(Breaker.opensAfter(1, 2).ejectingLastTarget())
            .build();
    time.run(
        () -> {
          face.call(llm, time);
          assertThat(llm.breakers()).containsEntry("sick/m", BreakerState.OPEN);
          llm.forceClosed("sick/m");
          for (int asked = 2; asked <= 6; asked++) {
            assertThat(face.call(llm, time).text()).isEqualTo("hello");
            assertThat(sick.attempts()).isEqualTo(asked);
          }
          assertThat(llm.targets().get(0)).hasToString("sick/m: CLOSED (forced), 0 of 0 failed");

          llm.reset("sick/m");
          face.call(llm, time);
          assertThat(llm.breakers()).containsEntry("sick/m", BreakerState.OPEN);
        });
  }

  @Test
  void anAttemptThatRunsWhenItsTargetIsForcedOpenGoesOn() throws Exception {
    ScriptedProvider slow =
        ScriptedProvider.of("slow", time, answerAfter(Duration.ofSeconds(5), "late"));
    ResilientLlm llm = VirtualClient.with(time, slow).build();
    time.run(
        () -> {
          CompletableFuture<ChatResponse> running = llm.chatAsync(ChatRequest.of("?"));
          time.pass(Duration.ofSeconds(1));
          llm.forceOpen("slow/m");
          assertThat(Face.await(running, time).text()).isEqualTo("late");
          assertThat(llm.breakers()).containsEntry("slow/m", BreakerState.OPEN);
        });
  }

  @Test
  void aResetOfATargetThatIsNotThereNamesThoseThatAre() {
    ResilientLlm llm = VirtualClient.with(time, next).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> llm.reset("nxt/m"))
        .withMessage("No target is named \"nxt/m\"; there are [next/m]");
  }

  @Test
  void clientsOfOneTargetThatDisagreeAboutItsBreakerAreRefusedWithTheRemedy() {
    Target shared = Target.of(next);
    ResilientLlm first = ResilientLlm.with(shared).build();
    assertThat(first.targets()).hasSize(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ResilientLlm.with(shared).breaker(Breaker.none()).build())
        .withMessageContaining("\"next/m\" is shared")
        .withMessageContaining("Target.withBreaker");
  }
}
