package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.answerAfter;
import static io.github.resilientllm.testing.Script.fail;
import static io.github.resilientllm.testing.Script.hang;
import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Outcome;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.RateLimit;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a call ends: once, on time, with nothing left behind. */
class EndTest {
  private final VirtualTime time = new VirtualTime();

  @ParameterizedTest
  @EnumSource(Face.class)
  void aSilentVendorIsGivenUpAndTheCallEndsByItsDeadline(Face face) throws Exception {
    for (Hedge hedge :
        List.of(Hedge.none(), Hedge.extraLoad(0.5).withInitialDelay(Duration.ofMillis(100)))) {
      ScriptedProvider silent = ScriptedProvider.of("silent", time, hang());
      ResilientLlm llm =
          VirtualClient.with(time, silent).hedge(hedge).deadline(Duration.ofSeconds(5)).build();
      time.run(
          () -> {
            Duration before = time.elapsed();
            LlmException failure = face.call(llm, time).error();
            assertThat(time.elapsed().minus(before)).isLessThanOrEqualTo(Duration.ofSeconds(5));
            assertThat(failure.kind()).isIn(ErrorKind.TIMEOUT, ErrorKind.DEADLINE_EXCEEDED);
            assertThat(failure.attempts()).isNotEmpty();
          });
      assertThat(silent.open()).isZero();
      assertThat(time.watched()).isZero();
    }
  }

  @Test
  void theFirstTokenHasAClockOfItsOwnInAStream() throws Exception {
    ScriptedProvider silent = ScriptedProvider.of("silent", time, hang());
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, silent, next)
            .retry(Retry.none())
            .timeouts(
                Timeouts.deadline(Duration.ofMinutes(1)).withFirstToken(Duration.ofSeconds(3)))
            .build();
    time.run(
        () -> {
          Face.End end = Face.STREAM.call(llm, time);
          assertThat(end.response().attempts().get(0).error()).contains(ErrorKind.TIMEOUT);
          assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(3));
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void cancellingAFutureEndsTheAttemptOnTheWireAtOnce(boolean hedged) throws Exception {
    ScriptedProvider silent = ScriptedProvider.of("silent", time, hang());
    List<Outcome> outcomes = new ArrayList<>();
    ResilientLlm llm =
        VirtualClient.with(time, silent)
            .hedge(hedged ? Hedge.extraLoad(0.1) : Hedge.none())
            .listener(
                event -> {
                  if (event instanceof CallEvent.CallEnded ended) {
                    outcomes.add(ended.outcome());
                  }
                })
            .build();
    time.run(
        () -> {
          CompletableFuture<ChatResponse> future = llm.chatAsync(ChatRequest.of("q"));
          time.pass(Duration.ofSeconds(1));
          assertThat(silent.open()).isEqualTo(1);
          future.cancel(true);
          time.pass(Duration.ofMillis(1));
          assertThat(silent.open()).isZero();
          assertThat(future).isCancelled();
        });
    assertThat(outcomes).containsExactly(Outcome.CANCELLED);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void cancellingAFutureEndsTheWaitForARetry(boolean hedged) throws Exception {
    ScriptedProvider sick = ScriptedProvider.of("sick", time, fail(ErrorKind.SERVER_ERROR));
    ResilientLlm llm =
        VirtualClient.with(time, sick)
            .hedge(hedged ? Hedge.extraLoad(0.1) : Hedge.none())
            .retry(Retry.upTo(3).withDelay(Duration.ofSeconds(8), Duration.ofSeconds(8)))
            .build();
    time.run(
        () -> {
          CompletableFuture<ChatResponse> future = llm.chatAsync(ChatRequest.of("q"));
          time.pass(Duration.ofSeconds(1));
          future.cancel(true);
        });
    assertThat(sick.attempts()).isEqualTo(1);
    assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void interruptingABlockedCallerEndsTheCallAndKeepsTheStatus(boolean hedged) throws Exception {
    ScriptedProvider silent = ScriptedProvider.of("silent", time, hang());
    ResilientLlm llm =
        VirtualClient.with(time, silent)
            .hedge(hedged ? Hedge.extraLoad(0.1) : Hedge.none())
            .build();
    AtomicReference<Thread> caller = new AtomicReference<>();
    AtomicReference<ErrorKind> kind = new AtomicReference<>();
    time.run(
        () -> {
          time.execute(
              () -> {
                caller.set(Thread.currentThread());
                kind.set(Face.BLOCKING.call(llm, time).error().kind());
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
              });
          time.pass(Duration.ofSeconds(1));
          time.interrupt(caller.get());
          time.pass(Duration.ofMillis(1));
          assertThat(kind).hasValue(ErrorKind.CANCELLED);
          assertThat(silent.open()).isZero();
        });
  }

  @Test
  void closingAStreamEarlyEndsTheAttempt() throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of("v", time, script().says("The ").says("end").stalls());
    ResilientLlm llm = VirtualClient.with(time, vendor).concurrency(Concurrency.atMost(1)).build();
    time.run(
        () -> {
          for (int i = 0; i < 3; i++) { // the place comes back each time
            try (ChatStream stream = llm.stream("q")) {
              assertThat(stream.iterator().next()).isEqualTo(new ChatEvent.TextDelta("The "));
            }
            assertThat(vendor.open()).isZero();
          }
          assertThat(time.watched()).isZero();
        });
  }

  @Test
  void closingAStreamFromAnotherThreadFailsItsReader() throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, script().says("The ").stalls());
    ResilientLlm llm = VirtualClient.with(time, vendor).build();
    ChatStream stream = llm.stream("q");
    AtomicReference<Face.End> end = new AtomicReference<>();
    time.run(
        () -> {
          time.execute(
              () -> {
                try {
                  stream.response();
                } catch (LlmException e) {
                  end.set(new Face.End(null, e, List.of()));
                }
              });
          time.pass(Duration.ofSeconds(1));
          stream.close();
          time.pass(Duration.ofMillis(1));
          assertThat(end.get().error().kind()).isEqualTo(ErrorKind.CANCELLED);
          assertThat(end.get().error().partialText()).isEqualTo("The ");
        });
  }

  @Test
  void aStreamThatIsNeverReadSendsNothing() throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, vendor).build();
    time.run(
        () -> {
          try (ChatStream stream = llm.stream("q")) {
            time.pass(Duration.ofMinutes(10));
            assertThat(stream.response().text()).isEqualTo("hello"); // its clock starts here
          }
          llm.stream("q").close();
        });
    assertThat(vendor.attempts()).isEqualTo(1);
  }

  @Test
  void aStreamThatIsLeftLyingIsClosedAtItsDeadline() throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of("v", time, script().says("The ").says("end").done());
    ResilientLlm llm = VirtualClient.with(time, vendor).deadline(Duration.ofSeconds(30)).build();
    time.run(
        () -> {
          Iterator<ChatEvent> events = llm.stream("q").iterator();
          events.next();
          time.pass(Duration.ofSeconds(29));
          assertThat(vendor.open()).isEqualTo(1);
          time.pass(Duration.ofSeconds(1));
          assertThat(vendor.open()).isZero();
          assertThatThrownBy(events::next)
              .isInstanceOfSatisfying(
                  LlmException.class,
                  e -> {
                    assertThat(e.kind()).isEqualTo(ErrorKind.DEADLINE_EXCEEDED);
                    assertThat(e.partialText()).isEqualTo("The ");
                  });
          assertThat(events.hasNext()).isFalse();
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aBugInAProviderIsAFailureOfItsTargetOnly(Face face) throws Exception {
    ScriptedProvider buggy =
        ScriptedProvider.of("buggy", time, script().throwsBug(new IllegalStateException("oops")));
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, buggy, next).retry(Retry.none()).build();
    time.run(
        () -> {
          Face.End end = face.call(llm, time);
          assertThat(end.text()).isEqualTo("hello");
          assertThat(end.response().attempts().get(0).error())
              .contains(ErrorKind.MALFORMED_RESPONSE);
        });
    assertThat(buggy.open()).isZero();
  }

  @Test
  void callsQueueForAPlaceInOrderAndNoLongerThanTheyShould() throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of("v", time, answerAfter(Duration.ofSeconds(1), "hello"));
    ResilientLlm llm =
        VirtualClient.with(time, vendor)
            .concurrency(Concurrency.atMost(1).withWaiting(2, Duration.ofMillis(1500)))
            .build();
    time.run(
        () -> {
          List<CompletableFuture<ChatResponse>> calls = new ArrayList<>();
          for (int i = 0; i < 4; i++) {
            calls.add(llm.chatAsync(ChatRequest.of("q")));
            time.pass(Duration.ofMillis(1));
          }
          // the first runs, the second waits 1 s, the third would wait 2 s, the fourth finds the
          // queue full
          assertThat(Face.await(calls.get(0), time).text()).isEqualTo("hello");
          assertThat(Face.await(calls.get(1), time).text()).isEqualTo("hello");
          for (CompletableFuture<ChatResponse> late : calls.subList(2, 4)) {
            LlmException failure = Face.await(late, time).error();
            assertThat(failure.kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
            assertThat(failure.attempts())
                .extracting(Attempt::kind)
                .containsExactly(Attempt.Kind.SKIPPED);
          }
        });
    assertThat(vendor.mostOpen()).isEqualTo(1);
  }

  @Test
  void callsArePacedByTheRateLimit() throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, vendor)
            .rateLimit(RateLimit.of(10, Duration.ofSeconds(10)).withBurst(2))
            .build();
    time.run(
        () -> {
          for (int i = 0; i < 5; i++) {
            llm.chat("q");
          }
        });
    assertThat(vendor.startedAtMillis()).containsExactly(0L, 0L, 1000L, 2000L, 3000L);
  }

  @Test
  void aCancelledCallLeavesTheQueue() throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of("v", time, answerAfter(Duration.ofSeconds(5), "hello"));
    ResilientLlm llm = VirtualClient.with(time, vendor).concurrency(Concurrency.atMost(1)).build();
    time.run(
        () -> {
          CompletableFuture<ChatResponse> first = llm.chatAsync(ChatRequest.of("q"));
          time.pass(Duration.ofMillis(1));
          CompletableFuture<ChatResponse> second = llm.chatAsync(ChatRequest.of("q"));
          time.pass(Duration.ofMillis(1));
          CompletableFuture<ChatResponse> third = llm.chatAsync(ChatRequest.of("q"));
          time.pass(Duration.ofMillis(1));
          second.cancel(true);
          assertThat(Face.await(first, time).text()).isEqualTo("hello");
          assertThat(Face.await(third, time).text()).isEqualTo("hello");
          assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(10));
        });
    assertThat(vendor.attempts()).isEqualTo(2);
  }
}
