package io.github.resilientllm.benchmarks.load;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.core.functions.CheckedSupplier;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.github.resilientllm.load.Contestant;
import java.util.List;

/** The client by hand, in resilience4j's retries and circuit breaker. */
final class RawWithResilience4j implements Contestant {
  private final Raw raw;
  private final Retry retry;
  private final CircuitBreaker breaker;

  private RawWithResilience4j(Setup setup) {
    raw = new Raw(setup);
    retry =
        Retry.of(
            "vendor",
            RetryConfig.custom()
                .maxAttempts(setup.maxAttempts())
                .intervalFunction(IntervalFunction.ofExponentialRandomBackoff(500, 2.0, 0.5, 8_000))
                .build());
    breaker =
        CircuitBreaker.of(
            "vendor",
            CircuitBreakerConfig.custom()
                .slidingWindowSize(20)
                .minimumNumberOfCalls(10)
                .failureRateThreshold(50)
                .waitDurationInOpenState(setup.probe())
                .build());
  }

  @Override
  public String chat(List<String> messages) throws Exception {
    return guarded(() -> raw.chat(messages));
  }

  @Override
  public String stream(List<String> messages, Runnable piece) throws Exception {
    return guarded(() -> raw.stream(messages, piece));
  }

  private String guarded(CheckedSupplier<String> call) throws Exception {
    try {
      return Retry.decorateCheckedSupplier(
              retry, CircuitBreaker.decorateCheckedSupplier(breaker, call))
          .get();
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Makes it. */
  public static final class Factory implements Contestant.Factory {
    @Override
    public String name() {
      return "raw+resilience4j";
    }

    @Override
    public Contestant create(Setup setup) {
      return new RawWithResilience4j(setup);
    }
  }
}
