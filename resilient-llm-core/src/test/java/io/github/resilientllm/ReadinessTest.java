package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.answerAfter;
import static io.github.resilientllm.testing.Script.fail;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.Capabilities;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What can be known of the targets before the first one is down. */
class ReadinessTest {
  private final VirtualTime time = new VirtualTime();
  private final ChatRequest request =
      ChatRequest.builder().user("How long?").maxOutputTokens(500).build();

  @Test
  void aCheckSaysOfEachTargetWhetherItCanServeARequestAndSendsNothing() {
    ScriptedProvider able = ScriptedProvider.of("able", time, answer("no"));
    ScriptedProvider small = ScriptedProvider.of("small", time, answer("no"));
    ScriptedProvider blind =
        ScriptedProvider.of("blind", time, answer("no")).cannotServe("it takes no images");
    ResilientLlm llm =
        ResilientLlm.with(able)
            .fallback(
                Target.of(small).withCapabilities(Capabilities.standard().withMaxOutputTokens(100)))
            .fallback(blind)
            .build();
    List<Readiness.Check> checks = llm.check(request);
    assertThat(checks)
        .containsExactly(
            new Readiness.Check("able/m", null, List.of()),
            new Readiness.Check("small/m", null, List.of("output tokens above 100")),
            new Readiness.Check("blind/m", "it takes no images", List.of()));
    assertThat(checks).extracting(Readiness::ready).containsExactly(true, true, false);
    assertThat(able.attempts() + small.attempts() + blind.attempts()).isZero();
  }

  @Test
  void aDrillAsksEveryTargetInTurnAlthoughTheFirstOneAnswers() throws Exception {
    ScriptedProvider first =
        ScriptedProvider.of("first", time, answerAfter(Duration.ofSeconds(1), "hello"));
    ScriptedProvider dead = ScriptedProvider.of("dead", time, fail(ErrorKind.UNAUTHORIZED));
    ScriptedProvider shaky =
        ScriptedProvider.of("shaky", time, fail(ErrorKind.SERVER_ERROR), answer("here"));
    ResilientLlm llm = VirtualClient.with(time, first, dead, shaky).build();
    time.run(
        () -> {
          List<Readiness.Drill> drills = llm.drill(request);
          assertThat(drills)
              .extracting(Readiness.Drill::target)
              .containsExactly("first/m", "dead/m", "shaky/m");
          assertThat(drills).extracting(Readiness::ready).containsExactly(true, false, true);
          assertThat(drills.get(0).duration()).isEqualTo(Duration.ofSeconds(1));
          assertThat(Objects.requireNonNull(drills.get(1).failure()).kind())
              .isEqualTo(ErrorKind.UNAUTHORIZED);
          assertThat(drills.get(1).answer()).isNull();
          assertThat(Objects.requireNonNull(drills.get(2).answer()).attempts()).hasSize(2);
          assertThat(drills.get(2).duration()).isEqualTo(Duration.ofMillis(250));
        });
    assertThat(first.requests()).containsExactly(request);
    assertThat(first.open() + dead.open() + shaky.open()).isZero();
  }

  @Test
  void whatADrillFindsOutCountsForTheCallsAfterIt() throws Exception {
    ScriptedProvider sick = ScriptedProvider.of("sick", time, fail(ErrorKind.SERVER_ERROR));
    ScriptedProvider well = ScriptedProvider.of("well", time, answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, sick, well)
            .retry(Retry.upTo(2))
            .breaker(Breaker.opensAfter(2, 2))
            .build();
    time.run(
        () -> {
          assertThat(llm.drill(request)).extracting(Readiness::ready).containsExactly(false, true);
          assertThat(llm.breakers()).containsEntry("sick/m", BreakerState.OPEN);
          assertThat(llm.chat(request).answeredBy()).isEqualTo("well/m");
        });
    assertThat(sick.attempts()).isEqualTo(2);
  }

  @Test
  void aDrillThatIsInterruptedAsksNobodyElse() throws Exception {
    ScriptedProvider a = ScriptedProvider.of("a", time, answer("no"));
    ScriptedProvider b = ScriptedProvider.of("b", time, answer("no"));
    ResilientLlm llm = VirtualClient.with(time, a, b).build();
    time.run(
        () -> {
          Thread.currentThread().interrupt();
          assertThat(llm.drill(request))
              .extracting(drill -> Objects.requireNonNull(drill.failure()).kind())
              .containsExactly(ErrorKind.CANCELLED, ErrorKind.CANCELLED);
          assertThat(Thread.interrupted()).isTrue();
        });
    assertThat(a.attempts() + b.attempts()).isZero();
  }
}
