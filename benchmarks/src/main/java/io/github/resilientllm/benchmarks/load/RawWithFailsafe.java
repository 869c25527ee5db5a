package io.github.resilientllm.benchmarks.load;

import dev.failsafe.CircuitBreaker;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.RetryPolicy;
import io.github.resilientllm.load.Contestant;
import java.time.Duration;
import java.util.List;

/** The client by hand, in Failsafe's retries and circuit breaker. */
final class RawWithFailsafe implements Contestant {
  private final Raw raw;
  private final FailsafeExecutor<String> policies;

  private RawWithFailsafe(Setup setup) {
    raw = new Raw(setup);
    RetryPolicy<String> retry =
        RetryPolicy.<String>builder()
            .withMaxAttempts(setup.maxAttempts())
            .withBackoff(Duration.ofMillis(500), Duration.ofSeconds(8))
            .withJitter(0.5)
            .build();
    CircuitBreaker<String> breaker =
        CircuitBreaker.<String>builder()
            .withFailureThreshold(10, 20)
            .withDelay(setup.probe())
            .build();
    policies = Failsafe.with(retry, breaker);
  }

  @Override
  public String chat(List<String> messages) {
    return policies.get(() -> raw.chat(messages));
  }

  @Override
  public String stream(List<String> messages, Runnable piece) {
    return policies.get(() -> raw.stream(messages, piece));
  }

  /** Makes it. */
  public static final class Factory implements Contestant.Factory {
    @Override
    public String name() {
      return "raw+failsafe";
    }

    @Override
    public Contestant create(Setup setup) {
      return new RawWithFailsafe(setup);
    }
  }
}
