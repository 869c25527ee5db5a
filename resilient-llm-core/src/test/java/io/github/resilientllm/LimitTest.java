package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answerAfter;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls that have to wait for a place, or for a thread. */
class LimitTest {
  private final VirtualTime time = new VirtualTime();

  @ParameterizedTest
  @EnumSource(Face.class)
  void aFullTargetIsWaitedForUntilItsPlaceIsFree(Face face) throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of("v", time, answerAfter(Duration.ofSeconds(2), "hello"));
    ResilientLlm llm = VirtualClient.with(time, vendor).concurrency(Concurrency.atMost(1)).build();
    time.run(
        () -> {
          time.execute(() -> Face.BLOCKING.call(llm, time));
          time.pass(Duration.ofSeconds(1));
          assertThat(face.call(llm, time).text()).isEqualTo("hello");
        });
    assertThat(vendor.startedAtMillis()).containsExactly(0L, 2000L);
    assertThat(vendor.mostOpen()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aWaitAsLongAsTheDeadlineIsAWaitAllTheSame(Face face) throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of("v", time, answerAfter(Duration.ofSeconds(2), "hello"));
    ResilientLlm llm =
        VirtualClient.with(time, vendor)
            .concurrency(Concurrency.atMost(1)) // waits for 10 s
            .timeouts(
                Timeouts.deadline(Duration.ofSeconds(10)).withFirstToken(Duration.ofSeconds(5)))
            .build();
    time.run(
        () -> {
          time.execute(() -> Face.BLOCKING.call(llm, time));
          time.pass(Duration.ofSeconds(1));
          assertThat(face.call(llm, time).text()).isEqualTo("hello");
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aPlaceThatACallNoLongerNeedsGoesToTheNext(Face face) throws Exception {
    ScriptedProvider busy =
        ScriptedProvider.of("busy", time, answerAfter(Duration.ofMillis(200), "hello"));
    ScriptedProvider next = ScriptedProvider.of("next", time, answerAfter(Duration.ZERO, "here"));
    ResilientLlm llm =
        VirtualClient.with(time, busy, next)
            .concurrency(Concurrency.atMost(1).withWaiting(10, Duration.ofSeconds(1)))
            .timeouts( // no wait for the first target fits into them
                Timeouts.deadline(Duration.ofSeconds(1)).withFirstToken(Duration.ofMillis(400)))
            .build();
    time.run(
        () -> {
          time.execute(() -> Face.BLOCKING.call(llm, time));
          time.pass(Duration.ofMillis(100));
          assertThat(face.call(llm, time).text()).isEqualTo("here");
          time.pass(Duration.ofMillis(900));
          Face.End end = face.call(llm, time);
          assertThat(end.text()).isEqualTo("hello");
          assertThat(end.response().attempts())
              .extracting(Attempt::kind)
              .containsExactly(Attempt.Kind.FIRST);
        });
  }

  @Test
  void anAsyncCallWithoutAThreadEndsForItsListenersToo() {
    List<CallEvent> events = new ArrayList<>();
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answerAfter(Duration.ZERO, "hello"));
    ResilientLlm llm =
        VirtualClient.with(time, vendor)
            .executor(
                task -> {
                  throw new RejectedExecutionException("full");
                })
            .listener(events::add)
            .build();
    assertThat(llm.chatAsync(ChatRequest.of("How long?")))
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .withMessageContaining("LIMIT_EXCEEDED");
    assertThat(events).hasSize(2).last().isInstanceOf(CallEvent.CallEnded.class);
  }
}
