package io.github.resilientllm.benchmarks;

import dev.failsafe.CircuitBreaker;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.RetryPolicy;
import dev.failsafe.Timeout;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The engine's cost per call: what a call of a provider that answers at once takes through the
 * engine, beside the same call without it and through Failsafe's policies.
 *
 * <p>The engine's share is the difference to {@link #bare}. Failsafe's policies are set to the
 * engine's defaults, as far as they go.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
public class EngineBenchmark {
  private final LlmProvider provider = new InstantProvider();
  private final ChatRequest request = ChatRequest.of("How long does delivery take?");
  private final ResilientLlm llm = ResilientLlm.with(provider).build();
  private final ResilientLlm hedging =
      ResilientLlm.with(provider).hedge(Hedge.extraLoad(0.05)).build();
  private final RetryPolicy<String> retry =
      RetryPolicy.<String>builder()
          .withMaxAttempts(3)
          .withBackoff(Duration.ofMillis(500), Duration.ofSeconds(8))
          .withJitter(0.5)
          .build();
  private final FailsafeExecutor<String> failsafe =
      Failsafe.with(
          retry, breaker(), Timeout.<String>builder(Duration.ofMinutes(2)).withInterrupt().build());
  private final FailsafeExecutor<String> failsafeWithoutTimeout = Failsafe.with(retry, breaker());

  /** The provider's call and nothing around it. */
  @Benchmark
  public String bare() throws ProviderException {
    return callProvider();
  }

  /** A blocking call by the defaults: retry, budget, breaker and every clock. */
  @Benchmark
  public ChatResponse chat() {
    return llm.chat(request);
  }

  /** A stream by the defaults, read to its end. */
  @Benchmark
  public ChatResponse stream() {
    ChatResponse response = null;
    try (ChatStream stream = llm.stream(request)) {
      for (ChatEvent event : stream) {
        if (event instanceof ChatEvent.Finished finished) {
          response = finished.response();
        }
      }
    }
    if (response == null) {
      throw new AssertionError("a stream without its end");
    }
    return response;
  }

  /** A blocking call that may be hedged, so that its attempts run on threads of their own. */
  @Benchmark
  public ChatResponse chatWithHedge() {
    return hedging.chat(request);
  }

  /** The bare call within Failsafe's retry, breaker and time-out. */
  @Benchmark
  public String failsafe() {
    return failsafe.get(() -> callProvider());
  }

  /** The bare call within Failsafe's retry and breaker, without a clock. */
  @Benchmark
  public String failsafeWithoutTimeout() {
    return failsafeWithoutTimeout.get(() -> callProvider());
  }

  private String callProvider() throws ProviderException {
    try (ProviderCall call = provider.newCall(request, CallOptions.whole())) {
      String text = "";
      ChatEvent.Delta delta;
      while ((delta = call.next()) != null) {
        text = text.isEmpty() ? textOf(delta) : text + textOf(delta);
      }
      return call.completion().refusal().isEmpty() ? text : "";
    }
  }

  private static String textOf(ChatEvent.Delta delta) {
    return delta instanceof ChatEvent.TextDelta piece ? piece.text() : "";
  }

  private static CircuitBreaker<String> breaker() {
    return CircuitBreaker.<String>builder()
        .withFailureThreshold(10, 20)
        .withDelay(Duration.ofSeconds(10))
        .build();
  }
}
