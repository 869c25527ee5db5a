package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.answerAfter;
import static io.github.resilientllm.testing.Script.fail;
import static io.github.resilientllm.testing.Script.hang;
import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.ForeignExecutor.Way;
import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Attempts and calls on an executor of the application's, which runs them where it likes, or not at
 * all.
 */
class ForeignExecutorTest {
  private static final Hedge AFTER_A_SECOND =
      Hedge.extraLoad(0.1).withInitialDelay(Duration.ofSeconds(1));

  private final VirtualTime time = new VirtualTime();

  private ResilientLlm.Builder hedged(ForeignExecutor executor, ScriptedProvider... vendors) {
    return VirtualClient.with(time, vendors).executor(executor).hedge(AFTER_A_SECOND);
  }

  // In the caller's thread

  @ParameterizedTest
  @EnumSource(Face.class)
  void anAttemptInTheCallersThreadEndsByTheDeadline(Face face) throws Exception {
    ScriptedProvider silent = ScriptedProvider.of("silent", time, hang());
    ResilientLlm llm =
        VirtualClient.with(time, silent)
            .executor(ForeignExecutor.that(time, Way.RUNS_IN_CALLER))
            .hedge(Hedge.extraLoad(0.1).withInitialDelay(Duration.ofMillis(50)))
            .retry(Retry.upTo(3).withDelay(Duration.ofMillis(50), Duration.ofMillis(100)))
            .deadline(Duration.ofMillis(600))
            .build();
    time.run(
        () -> {
          LlmException failure = face.call(llm, time).error();
          assertThat(failure.kind()).isIn(ErrorKind.TIMEOUT, ErrorKind.DEADLINE_EXCEEDED);
          assertThat(time.elapsed()).isLessThanOrEqualTo(Duration.ofMillis(600));
        });
    assertThat(silent.open()).isZero();
    assertThat(time.watched()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void anAttemptInTheCallersThreadHasItsClockToTheFirstToken(Face face) throws Exception {
    ScriptedProvider silent = ScriptedProvider.of("silent", time, hang());
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    ResilientLlm llm =
        hedged(ForeignExecutor.that(time, Way.RUNS_IN_CALLER), silent, next)
            .timeouts(
                Timeouts.deadline(Duration.ofMinutes(1)).withFirstToken(Duration.ofSeconds(3)))
            .build();
    time.run(
        () -> {
          ChatResponse response = face.call(llm, time).response();
          assertThat(response.answeredBy()).isEqualTo("next/m");
          assertThat(response.attempts().get(0).error()).contains(ErrorKind.TIMEOUT);
          assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(3));
        });
  }

  @Test
  void aStreamIsClosedWhileItsAttemptIsInTheReadersThread() throws Exception {
    ScriptedProvider silent = ScriptedProvider.of("silent", time, hang());
    ResilientLlm llm = hedged(ForeignExecutor.that(time, Way.RUNS_IN_CALLER), silent).build();
    ChatStream stream = llm.stream("q");
    AtomicReference<ErrorKind> kind = new AtomicReference<>();
    time.run(
        () -> {
          time.execute(() -> kind.set(kindOf(stream)));
          time.pass(Duration.ofSeconds(2));
          stream.close();
          time.pass(Duration.ofNanos(1)); // it is closed at once, on a thread of its own
          assertThat(silent.open()).isZero();
          assertThat(kind).hasValue(ErrorKind.CANCELLED);
        });
  }

  @Test
  void aFutureIsCancelledWhileItsAttemptIsInTheCallsThread() throws Exception {
    ScriptedProvider silent = ScriptedProvider.of("silent", time, hang());
    ForeignExecutor onlyOneThread =
        new ForeignExecutor(time, n -> n == 0 ? Way.RUNS : Way.RUNS_IN_CALLER);
    ResilientLlm llm = hedged(onlyOneThread, silent).build();
    time.run(
        () -> {
          CompletableFuture<ChatResponse> future = llm.chatAsync(ChatRequest.of("q"));
          time.pass(Duration.ofMillis(500));
          assertThat(silent.open()).isEqualTo(1);
          future.cancel(true);
          time.pass(Duration.ofNanos(1)); // likewise
          assertThat(silent.open()).isZero();
        });
    assertThat(time.elapsed()).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void anInterruptEndsAnAttemptInTheCallersThread() throws Exception {
    ScriptedProvider silent = ScriptedProvider.of("silent", time, hang());
    ResilientLlm llm = hedged(ForeignExecutor.that(time, Way.RUNS_IN_CALLER), silent).build();
    AtomicReference<Thread> caller = new AtomicReference<>();
    AtomicReference<ErrorKind> kind = new AtomicReference<>();
    time.run(
        () -> {
          time.execute(
              () -> {
                caller.set(Thread.currentThread());
                kind.set(Face.BLOCKING.call(llm, time).error().kind());
              });
          time.pass(Duration.ofMillis(500));
          time.interrupt(caller.get());
          time.pass(Duration.ofMillis(1));
          assertThat(kind).hasValue(ErrorKind.CANCELLED);
        });
    assertThat(silent.open()).isZero();
  }

  // Without a thread for a hedge

  @ParameterizedTest
  @EnumSource(
      value = Way.class,
      names = {"REJECTS", "THROWS", "LOSES", "QUEUES"})
  void aHedgeThatGotNoThreadLeavesItsTargetForTheFallback(Way way) throws Exception {
    for (Face face : Face.values()) {
      ScriptedProvider first =
          ScriptedProvider.of(
              "first", time, script().after(Duration.ofSeconds(2)).fails(ErrorKind.FORBIDDEN));
      ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
      int hedge = face == Face.ASYNC ? 2 : 1; // after the call and its first attempt
      ForeignExecutor executor = new ForeignExecutor(time, n -> n == hedge ? way : Way.RUNS);
      ResilientLlm llm = hedged(executor, first, next).build();
      time.run(
          () -> {
            Face.End end = face.call(llm, time);
            assertThat(end.text()).isEqualTo("hello");
            assertThat(end.response().answeredBy()).isEqualTo("next/m");
            Target.State standing = llm.targets().get(1);
            assertThat(standing.failures()).isZero();
            assertThat(standing.retryTokens()).isEqualTo(20);
            assertThat(standing.breaker()).isEqualTo(BreakerState.CLOSED);
          });
      assertThat(next.attempts()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Way.class,
      names = {"LOSES", "QUEUES"})
  void aHedgeThatGotNoThreadDoesNotHoldUpTheCall(Way way) throws Exception {
    for (Face face : Face.values()) {
      ScriptedProvider first =
          ScriptedProvider.of("first", time, answerAfter(Duration.ofSeconds(3), "hello"));
      ScriptedProvider next = ScriptedProvider.of("next", time, hang());
      int hedge = face == Face.ASYNC ? 2 : 1; // after the call and its first attempt
      ForeignExecutor executor = new ForeignExecutor(time, n -> n == hedge ? way : Way.RUNS);
      ResilientLlm llm = hedged(executor, first, next).build();
      time.run(
          () -> {
            Duration before = time.elapsed();
            Face.End end = face.call(llm, time);
            assertThat(end.text()).isEqualTo("hello");
            assertThat(end.response().answeredBy()).isEqualTo("first/m");
            assertThat(time.elapsed().minus(before)).isEqualTo(Duration.ofSeconds(3));
          });
      assertThat(next.attempts()).isZero();
    }
  }

  // In the executor's queue

  @ParameterizedTest
  @EnumSource(Face.class)
  void anAttemptWhoseThreadComesAMomentLateIsHedgedAllTheSame(Face face) throws Exception {
    ScriptedProvider first = ScriptedProvider.of("first", time, hang());
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    int attempt = face == Face.ASYNC ? 1 : 0; // after the call
    ForeignExecutor executor = new ForeignExecutor(time, n -> n == attempt ? Way.QUEUES : Way.RUNS);
    ResilientLlm llm =
        VirtualClient.with(time, first, next)
            .executor(executor)
            .hedge(Hedge.extraLoad(0.1).withInitialDelay(Duration.ofMillis(5)))
            .build();
    time.run(
        () -> {
          time.execute(
              () -> {
                time.pass(Duration.ofMillis(50));
                executor.letGo();
              });
          Face.End end = face.call(llm, time);
          assertThat(end.response().answeredBy()).isEqualTo("next/m");
          assertThat(end.response().attempts())
              .extracting(Attempt::kind)
              .containsExactly(Attempt.Kind.FIRST, Attempt.Kind.HEDGE);
          assertThat(time.elapsed()).isLessThanOrEqualTo(Duration.ofMillis(500));
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void theClocksOfAnAttemptBeginWhenItRuns(Face face) throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of("v", time, answerAfter(Duration.ofMillis(2500), "hello"));
    ForeignExecutor executor = attempts(face, Way.QUEUES);
    ResilientLlm llm =
        VirtualClient.with(time, vendor)
            .executor(executor)
            .hedge(Hedge.extraLoad(0.1).withInitialDelay(Duration.ofMillis(2900)))
            .timeouts(
                Timeouts.deadline(Duration.ofMinutes(1)).withFirstToken(Duration.ofSeconds(3)))
            .build();
    time.run(
        () -> {
          time.execute(
              () -> {
                time.pass(Duration.ofSeconds(5));
                executor.letGo();
              });
          Face.End end = face.call(llm, time);
          assertThat(end.text()).isEqualTo("hello");
          // its thread did not come in the time after which a hedge would start: the call ran it
          assertThat(time.elapsed()).isEqualTo(Duration.ofMillis(2900 + 2500));
          assertThat(end.response().attempts()).hasSize(1);
          assertThat(end.response().attempts().get(0).timeToFirstToken())
              .contains(Duration.ofMillis(2500));
        });
    assertThat(vendor.attempts()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void whatTheExecutorNeverRunsTheCallRunsItself(Face face) throws Exception {
    for (Way way : List.of(Way.QUEUES, Way.LOSES, Way.REJECTS, Way.THROWS)) {
      ScriptedProvider vendor = ScriptedProvider.of("v", time, answer("hello"));
      ResilientLlm llm =
          hedged(attempts(face, way), vendor)
              .breaker(Breaker.opensAfter(1, 2))
              .concurrency(Concurrency.atMost(1))
              .build();
      time.run(
          () -> {
            Duration before = time.elapsed();
            Face.End end = face.call(llm, time);
            assertThat(end.text()).as("with an executor that %s", way).isEqualTo("hello");
            assertThat(time.elapsed().minus(before)).isLessThanOrEqualTo(Duration.ofSeconds(1));
            assertThat(end.response().attempts()).hasSize(1);
            Target.State standing = llm.targets().get(0);
            assertThat(standing.failures()).isZero();
            assertThat(standing.breaker()).isEqualTo(BreakerState.CLOSED);
            assertThat(standing.retryTokens()).isEqualTo(20);
            assertThat(llm.engine().targets().get(0).standing().freePlaces()).isEqualTo(1);
          });
      assertThat(vendor.attempts()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Way.class,
      names = {"QUEUES", "LOSES"})
  void anAsyncCallThatTheExecutorNeverRunsEndsByItsDeadline(Way way) throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, vendor)
            .executor(ForeignExecutor.that(time, way))
            .deadline(Duration.ofSeconds(5))
            .build();
    time.run(
        () -> {
          LlmException failure = Face.ASYNC.call(llm, time).error();
          assertThat(failure.kind()).isIn(ErrorKind.LIMIT_EXCEEDED, ErrorKind.DEADLINE_EXCEEDED);
          assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(5));
        });
  }

  @Test
  void anAsyncCallThatTheExecutorRunsTooLateSendsNothing() throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answer("hello"));
    ForeignExecutor executor = ForeignExecutor.that(time, Way.QUEUES);
    ResilientLlm llm =
        VirtualClient.with(time, vendor).executor(executor).deadline(Duration.ofSeconds(5)).build();
    time.run(
        () -> {
          CompletableFuture<ChatResponse> future = llm.chatAsync(ChatRequest.of("q"));
          time.pass(Duration.ofSeconds(6));
          executor.letGo();
          assertThat(Face.await(future, time).error().kind())
              .isIn(ErrorKind.LIMIT_EXCEEDED, ErrorKind.DEADLINE_EXCEEDED);
        });
    assertThat(vendor.attempts()).isZero();
  }

  @Test
  void anExecutorThatThrowsFailsTheFutureAndNotTheCaller() throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, vendor).executor(ForeignExecutor.that(time, Way.THROWS)).build();
    time.run(
        () ->
            assertThat(Face.ASYNC.call(llm, time).error().kind())
                .isEqualTo(ErrorKind.LIMIT_EXCEEDED));
  }

  // Probes

  @ParameterizedTest
  @EnumSource(Face.class)
  void aProbeThatGotNoThreadIsMadeByTheCall(Face face) throws Exception {
    for (Way way : List.of(Way.REJECTS, Way.THROWS)) {
      ScriptedProvider first =
          ScriptedProvider.of("first", time, fail(ErrorKind.NETWORK), answer("back"));
      ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
      int probe = face == Face.ASYNC ? 1 : 0; // of the second call's tasks
      int[] from = {Integer.MAX_VALUE};
      ForeignExecutor executor =
          new ForeignExecutor(time, n -> n == from[0] + probe ? way : Way.RUNS);
      ResilientLlm llm = probed(executor, Target.of(first), next);
      time.run(
          () -> {
            assertThat(face.call(llm, time).response().answeredBy()).isEqualTo("next/m");
            assertThat(llm.breakers()).containsEntry("first/m", BreakerState.OPEN);
            time.pass(Duration.ofSeconds(10));
            from[0] = executor.tasks();
            assertThat(face.call(llm, time).response().answeredBy()).isEqualTo("first/m");
            assertThat(llm.breakers()).containsEntry("first/m", BreakerState.CLOSED);
            assertThat(first.attempts()).isEqualTo(2);
          });
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aProbeThatCouldNotBeWrittenSaysNothing(Face face) throws Exception {
    for (Exception thrown :
        List.of(
            new ProviderException(ErrorKind.INVALID_REQUEST, "cannot be written"),
            new ProviderException(ErrorKind.NOT_FOR_THIS_TARGET, "cannot be written"),
            new IllegalStateException("a bug"))) {
      ScriptedProvider sick =
          ScriptedProvider.of("first", time, fail(ErrorKind.NETWORK), answer("back"));
      Unwritable first = new Unwritable(sick, thrown);
      ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
      ResilientLlm llm = probed(ForeignExecutor.that(time, Way.RUNS), Target.of(first), next);
      time.run(
          () -> {
            face.call(llm, time);
            time.pass(Duration.ofSeconds(10));
            first.unwritable = true;
            face.call(llm, time);
            assertThat(llm.breakers())
                .as("after %s", thrown)
                .doesNotContainEntry("first/m", BreakerState.CLOSED);
            first.unwritable = false;
            time.pass(Duration.ofSeconds(10));
            assertThat(face.call(llm, time).response().answeredBy()).isEqualTo("first/m");
          });
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aProbeThatTheVendorRefusesSaysThatItIsThere(Face face) throws Exception {
    ScriptedProvider first =
        ScriptedProvider.of(
            "first", time, fail(ErrorKind.NETWORK), fail(ErrorKind.NOT_FOR_THIS_TARGET));
    ScriptedProvider next = ScriptedProvider.of("next", time, answer("hello"));
    ResilientLlm llm = probed(ForeignExecutor.that(time, Way.RUNS), Target.of(first), next);
    time.run(
        () -> {
          face.call(llm, time);
          time.pass(Duration.ofSeconds(10));
          face.call(llm, time);
          assertThat(llm.breakers()).containsEntry("first/m", BreakerState.CLOSED);
        });
  }

  private ResilientLlm probed(ForeignExecutor executor, Target first, ScriptedProvider next) {
    return ResilientLlm.with(first)
        .fallback(next)
        .time(time)
        .random(() -> 0.5)
        .executor(executor)
        .hedge(AFTER_A_SECOND)
        .retry(Retry.none())
        .breaker(Breaker.opensAfter(1, 2).withOpenFor(Duration.ofSeconds(10)))
        .build();
  }

  /** An executor that runs the calls of a face and does this with their attempts. */
  private ForeignExecutor attempts(Face face, Way way) {
    return new ForeignExecutor(time, n -> face == Face.ASYNC && n == 0 ? Way.RUNS : way);
  }

  private static ErrorKind kindOf(ChatStream stream) {
    try {
      stream.response();
      throw new AssertionError("answered");
    } catch (LlmException e) {
      return e.kind();
    }
  }

  /** A vendor whose requests can at times not be written. */
  private static final class Unwritable implements LlmProvider {
    private final LlmProvider written;
    private final Exception thrown;
    private boolean unwritable;

    Unwritable(LlmProvider written, Exception thrown) {
      this.written = written;
      this.thrown = thrown;
    }

    @Override
    public String vendor() {
      return written.vendor();
    }

    @Override
    public String model() {
      return written.model();
    }

    @Override
    public ProviderCall newCall(ChatRequest request, CallOptions options) throws ProviderException {
      if (unwritable && thrown instanceof ProviderException failure) {
        throw failure;
      }
      if (unwritable) {
        throw (RuntimeException) thrown;
      }
      return written.newCall(request, options);
    }
  }
}
