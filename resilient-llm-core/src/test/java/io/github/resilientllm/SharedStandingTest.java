package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.answerAfter;
import static io.github.resilientllm.testing.Script.fail;
import static io.github.resilientllm.testing.Script.hang;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.RateLimit;
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

/** What one client learns about a target is known to every client of the same {@link Target}. */
class SharedStandingTest {
  private static final Breaker AT_ONCE =
      Breaker.opensAfter(1, 2).withOpenFor(Duration.ofSeconds(10));

  private final VirtualTime time = new VirtualTime();
  private final ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));

  /** A client for short questions. */
  private ResilientLlm.Builder quick(Target first) {
    return client(first).retry(Retry.none()).deadline(Duration.ofSeconds(20));
  }

  /** One with all the time in the world. */
  private ResilientLlm.Builder patient(Target first) {
    return client(first).retry(Retry.upTo(5)).timeouts(Timeouts.deadline(Duration.ofMinutes(10)));
  }

  private ResilientLlm.Builder client(Target first) {
    return ResilientLlm.with(first).time(time).executor(time).random(() -> 0.5);
  }

  // The breaker

  @ParameterizedTest
  @EnumSource(Face.class)
  void aBreakerThatOneClientOpenedIsOpenForAllOfThem(Face face) throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of("v", time, fail(ErrorKind.NETWORK), answer("back"));
    Target shared = Target.of(vendor).withBreaker(AT_ONCE);
    List<CallEvent> heard = new ArrayList<>();
    ResilientLlm one = quick(shared).fallback(next).build();
    ResilientLlm other = patient(shared).fallback(next).listener(heard::add).build();
    time.run(
        () -> {
          face.call(one, time);
          assertThat(other.breakers()).containsEntry("v/m", BreakerState.OPEN);
          Face.End end = face.call(other, time);
          assertThat(end.response().answeredBy()).isEqualTo("next/m");
          assertThat(end.response().attempts().get(0).kind()).isEqualTo(Attempt.Kind.SKIPPED);
          assertThat(vendor.attempts()).isEqualTo(1);
          time.pass(Duration.ofSeconds(10));
          assertThat(face.call(other, time).text()).isEqualTo("back");
          assertThat(one.breakers()).containsEntry("v/m", BreakerState.CLOSED);
        });
    assertThat(heard)
        .contains(
            CallEvent.BreakerChanged.of("v/m", BreakerState.CLOSED, BreakerState.OPEN),
            CallEvent.BreakerChanged.of("v/m", BreakerState.HALF_OPEN, BreakerState.CLOSED));
  }

  @Test
  void theBreakerOfTheClientsIsSharedAsWellAsOneOfTheTargetsOwn() throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, fail(ErrorKind.UNAUTHORIZED));
    Target shared = Target.of(vendor);
    ResilientLlm one = quick(shared).fallback(next).build();
    ResilientLlm other = patient(shared).fallback(next).build();
    time.run(
        () -> {
          one.chat("q");
          assertThat(other.chat("q").answeredBy()).isEqualTo("next/m");
        });
    assertThat(vendor.attempts()).isEqualTo(1); // a refused key is paid for once
  }

  @Test
  void failuresThatSeveralClientsSeeAddUp() throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, fail(ErrorKind.NETWORK));
    Target shared = Target.of(vendor).withBreaker(Breaker.opensAfter(4, 8));
    ResilientLlm one = quick(shared).fallback(next).build();
    ResilientLlm other = quick(shared).fallback(next).build();
    time.run(
        () -> {
          for (int i = 0; i < 2; i++) {
            one.chat("q");
            other.chat("q");
          }
          assertThat(one.breakers()).containsEntry("v/m", BreakerState.OPEN);
          assertThat(one.targets().get(0).failures()).isEqualTo(4);
          assertThat(other.targets().get(0).failures()).isEqualTo(4);
        });
  }

  @Test
  void aTargetIsTheSameInWhateverPlaceOfTheLadder() throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, fail(ErrorKind.NETWORK));
    Target shared = Target.of(vendor).withBreaker(AT_ONCE);
    ResilientLlm first = quick(shared).fallback(next).build();
    ResilientLlm last = quick(Target.of(next)).fallback(shared).build();
    time.run(
        () -> {
          first.chat("q");
          assertThat(last.breakers()).containsEntry("v/m", BreakerState.OPEN);
        });
  }

  // Limits

  @Test
  void thePlacesOfATargetAreForAllClientsTogether() throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of("v", time, answerAfter(Duration.ofSeconds(1), "hello"));
    Target shared = Target.of(vendor).withConcurrency(Concurrency.atMost(2));
    ResilientLlm one = quick(shared).build();
    ResilientLlm other = patient(shared).build();
    time.run(
        () -> {
          List<CompletableFuture<ChatResponse>> calls = new ArrayList<>();
          for (int i = 0; i < 6; i++) {
            calls.add((i % 2 == 0 ? one : other).chatAsync(ChatRequest.of("q")));
          }
          for (CompletableFuture<ChatResponse> call : calls) {
            assertThat(Face.await(call, time).text()).isEqualTo("hello");
          }
          assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(3));
        });
    assertThat(vendor.mostOpen()).isEqualTo(2);
  }

  @Test
  void theTurnsOfATargetAreForAllClientsTogether() throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answer("hello"));
    Target shared =
        Target.of(vendor).withRateLimit(RateLimit.of(10, Duration.ofSeconds(10)).withBurst(1));
    ResilientLlm one = quick(shared).build();
    ResilientLlm other = patient(shared).build();
    time.run(
        () -> {
          for (int i = 0; i < 2; i++) {
            one.chat("q");
            other.chat("q");
          }
        });
    assertThat(vendor.startedAtMillis()).containsExactly(0L, 1000L, 2000L, 3000L);
  }

  // The budget

  @Test
  void theRetriesOfATargetComeOutOfOneBudget() throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, fail(ErrorKind.SERVER_ERROR));
    Target shared = Target.of(vendor).withBreaker(Breaker.none());
    ResilientLlm one = client(shared).build();
    ResilientLlm other = patient(shared).build();
    time.run(
        () -> {
          assertThat(other.targets().get(0).retryTokens()).isEqualTo(20);
          for (int i = 0; i < 15; i++) {
            Face.BLOCKING.call(one, time);
          }
          assertThat(other.targets().get(0).retryTokens()).isZero();
          int before = vendor.attempts();
          Face.BLOCKING.call(other, time);
          assertThat(vendor.attempts() - before).isEqualTo(1); // none is left for its retries
        });
  }

  // Latencies

  @Test
  void howLateIsLateIsLearntFromAllClients() throws Exception {
    ScriptedProvider vendor =
        new ScriptedProvider(
            "v", time, n -> n < 100 ? answerAfter(Duration.ofMillis(100), "hello") : hang());
    Target shared = Target.of(vendor);
    Hedge hedge = Hedge.extraLoad(0.05);
    ResilientLlm one = quick(shared).hedge(hedge).fallback(next).build();
    ResilientLlm other = patient(shared).hedge(hedge).fallback(next).build();
    time.run(
        () -> {
          for (int i = 0; i < 100; i++) {
            assertThat(one.chat("q").answeredBy()).isEqualTo("v/m");
          }
          Duration before = time.elapsed();
          assertThat(other.chat("q").answeredBy()).isEqualTo("next/m");
          assertThat(time.elapsed().minus(before)).isLessThan(Duration.ofSeconds(1)); // not 3
        });
  }

  // A group

  @Test
  void theMembersOfAGroupStandTheSameForAllItsClients() throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, fail(ErrorKind.NETWORK));
    ScriptedProvider sibling = ScriptedProvider.of("sibling", time, answer("hello"));
    TargetGroup shared =
        TargetGroup.of("g", Target.of(vendor).withBreaker(AT_ONCE), Target.of(sibling));
    ResilientLlm one = ResilientLlm.with(shared).time(time).executor(time).build();
    ResilientLlm other =
        ResilientLlm.with(shared).time(time).executor(time).retry(Retry.upTo(2)).build();
    time.run(
        () -> {
          assertThat(one.chat("q").text()).isEqualTo("hello");
          assertThat(other.breakers()).containsEntry("g/v/m", BreakerState.OPEN);
          assertThat(other.chat("q").text()).isEqualTo("hello");
        });
    assertThat(vendor.attempts()).isEqualTo(1);
  }

  // What is not shared

  @Test
  void twoTargetsOfOneProviderKnowNothingOfEachOther() throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of("v", time, fail(ErrorKind.UNAUTHORIZED), answer("hello"));
    Target mine = Target.of(vendor);
    Target yours = Target.of(vendor);
    ResilientLlm one = quick(mine).fallback(next).build();
    ResilientLlm other = quick(yours).fallback(next).build();
    time.run(
        () -> {
          one.chat("q");
          assertThat(one.breakers()).containsEntry("v/m", BreakerState.OPEN);
          assertThat(other.breakers()).containsEntry("v/m", BreakerState.CLOSED);
          assertThat(other.chat("q").answeredBy()).isEqualTo("v/m");
        });
  }

  @Test
  void aTargetMadeFromAnotherOneStandsForItself() throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, fail(ErrorKind.UNAUTHORIZED));
    Target made = Target.of(vendor);
    ResilientLlm one = quick(made).fallback(next).build();
    ResilientLlm other = quick(made.withBreaker(AT_ONCE)).fallback(next).build();
    time.run(
        () -> {
          one.chat("q");
          assertThat(other.breakers()).containsEntry("v/m", BreakerState.CLOSED);
        });
  }

  @Test
  void clientsOfAProviderWithoutATargetStandForThemselves() throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, fail(ErrorKind.UNAUTHORIZED));
    ResilientLlm one = VirtualClient.with(time, vendor, next).build();
    ResilientLlm other = VirtualClient.with(time, vendor, next).build();
    time.run(
        () -> {
          one.chat("q");
          assertThat(other.breakers()).containsEntry("v/m", BreakerState.CLOSED);
        });
  }
}
