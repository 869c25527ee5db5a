package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.answerAfter;
import static io.github.resilientllm.testing.Script.fail;
import static io.github.resilientllm.testing.Script.hang;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.RateLimit;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Outages by silence and by our own limits, with the settings people leave as they are. */
class SilenceTest {
  private final VirtualTime time = new VirtualTime();

  @ParameterizedTest
  @EnumSource(Face.class)
  void aSilentVendorIsLeftForTheNextOneWhileThereIsTime(Face face) throws Exception {
    ScriptedProvider silent = ScriptedProvider.of("silent", time, hang());
    ScriptedProvider well = ScriptedProvider.of("well", time, answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, silent, well).build(); // nothing but defaults
    time.run(() -> assertThat(face.call(llm, time).response().answeredBy()).isEqualTo("well/m"));
    assertThat(silent.attempts()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aSilentVendorThatStandsAloneIsAskedAgain(Face face) throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, hang(), answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, vendor).build();
    time.run(() -> assertThat(face.call(llm, time).text()).isEqualTo("hello"));
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void anOpenBreakerIsNotWaitedForInTheQueueOfAFullTarget(Face face) throws Exception {
    ScriptedProvider sick =
        new ScriptedProvider("sick", time, n -> n == 0 ? fail(ErrorKind.NETWORK) : hang());
    ScriptedProvider well = ScriptedProvider.of("well", time, answer("hello"));
    ResilientLlm llm =
        ResilientLlm.with(Target.of(sick).withConcurrency(Concurrency.atMost(1)))
            .fallback(well)
            .retry(Retry.none())
            .breaker(Breaker.opensAfter(1, 2).withOpenFor(Duration.ofSeconds(1)))
            .time(time)
            .executor(time)
            .build();
    time.run(
        () -> {
          llm.chat("q"); // opens the breaker
          time.pass(Duration.ofSeconds(1));
          CompletableFuture<ChatResponse> probe = llm.chatAsync(ChatRequest.of("q"));
          time.pass(Duration.ofMillis(1)); // the probe hangs and holds the only place
          Duration before = time.elapsed();
          assertThat(face.call(llm, time).response().answeredBy()).isEqualTo("well/m");
          assertThat(time.elapsed()).isEqualTo(before);
          probe.cancel(true);
        });
  }

  @Test
  void theWaitForATurnIsBoundedHoweverManyWant() throws Exception {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answer("hello"));
    ResilientLlm llm =
        VirtualClient.with(time, vendor)
            .rateLimit(RateLimit.of(1, Duration.ofSeconds(1)).withMaxWait(Duration.ofSeconds(5)))
            .build();
    time.run(
        () -> {
          List<CompletableFuture<ChatResponse>> calls = new ArrayList<>();
          for (int i = 0; i < 20; i++) {
            calls.add(llm.chatAsync(ChatRequest.of("q")));
          }
          int answered = 0;
          for (CompletableFuture<ChatResponse> call : calls) {
            answered += Face.await(call, time).response() == null ? 0 : 1;
          }
          assertThat(answered).isEqualTo(6); // at 0, 1, 2, 3, 4 and 5 s
          assertThat(time.elapsed()).isLessThanOrEqualTo(Duration.ofSeconds(5));
        });
  }

  @Test
  void aCallMayQueueOnceMoreForItsRetry() throws Exception {
    ScriptedProvider vendor =
        new ScriptedProvider(
            "v",
            time,
            n -> n == 1 ? fail(ErrorKind.NETWORK) : answerAfter(Duration.ofSeconds(1), "hello"));
    ResilientLlm llm = VirtualClient.with(time, vendor).concurrency(Concurrency.atMost(1)).build();
    time.run(
        () -> {
          List<CompletableFuture<ChatResponse>> calls = new ArrayList<>();
          for (int i = 0; i < 4; i++) {
            calls.add(llm.chatAsync(ChatRequest.of("q")));
          }
          for (CompletableFuture<ChatResponse> call : calls) {
            assertThat(Face.await(call, time).text()).isEqualTo("hello");
          }
        });
    assertThat(vendor.mostOpen()).isEqualTo(1);
  }

  @Test
  void aFutureThatTimesOutByItselfEndsItsCall() throws Exception {
    ScriptedProvider silent = ScriptedProvider.of("silent", time, hang());
    ResilientLlm llm = VirtualClient.with(time, silent).build();
    time.run(
        () -> {
          CompletableFuture<ChatResponse> future = llm.chatAsync(ChatRequest.of("q"));
          time.pass(Duration.ofMillis(1));
          future.completeExceptionally(new TimeoutException("as orTimeout does"));
          time.pass(Duration.ofMillis(1));
          assertThat(silent.open()).isZero();
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aProviderThatThrowsWhenItIsClosedTakesNoPlaceWithIt(Face face) throws Exception {
    ScriptedProvider well = ScriptedProvider.of("well", time, answer("hello"));
    ResilientLlm llm =
        ResilientLlm.with(new BadAtClosing())
            .fallback(well)
            .retry(Retry.none())
            .concurrency(Concurrency.atMost(1))
            .time(time)
            .executor(time)
            .build();
    time.run(
        () -> {
          for (int i = 0; i < 3; i++) {
            Face.End end = face.call(llm, time);
            assertThat(end.text()).isEqualTo("hello");
            assertThat(end.response().attempts()).hasSize(2);
          }
        });
  }

  @Test
  void aDelayOfAMillionYearsIsADelay() throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of(
            "v", time, fail(ErrorKind.RATE_LIMITED, Duration.ofSeconds(Long.MAX_VALUE)));
    ResilientLlm llm =
        VirtualClient.with(time, vendor)
            .hedge(Hedge.extraLoad(0.5).withInitialDelay(Duration.ofSeconds(1)).onSameTarget())
            .build();
    time.run(
        () ->
            assertThat(Face.BLOCKING.call(llm, time).error().kind())
                .isEqualTo(ErrorKind.RATE_LIMITED));
  }

  /** A provider that fails, and then fails to close. */
  private static final class BadAtClosing implements LlmProvider {
    @Override
    public String vendor() {
      return "bad";
    }

    @Override
    public String model() {
      return "m";
    }

    @Override
    public ProviderCall newCall(ChatRequest request, CallOptions options) {
      return new ProviderCall() {
        @Override
        public ChatEvent.Delta next() throws ProviderException {
          throw new ProviderException(ErrorKind.SERVER_ERROR, "scripted");
        }

        @Override
        public Completion completion() {
          throw new IllegalStateException("never complete");
        }

        @Override
        public void close() {
          throw new IllegalStateException("bad at closing");
        }
      };
    }
  }
}
