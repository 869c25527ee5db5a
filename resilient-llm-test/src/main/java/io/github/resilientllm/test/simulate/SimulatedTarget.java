package io.github.resilientllm.test.simulate;

import java.time.Duration;
import java.util.Objects;

/**
 * A model as a simulation knows it.
 *
 * @param name what incidents call it
 * @param firstToken the median time to its first token
 * @param perToken the time for each token after it
 * @param tokens how many tokens an answer has, 1 or more
 * @param spread how much the time to the first token varies, from 0 to 3; 0.5 is a quiet vendor
 * @param pricePerRequest in any currency, 0 or more
 */
public record SimulatedTarget(
    String name,
    Duration firstToken,
    Duration perToken,
    int tokens,
    double spread,
    double pricePerRequest) {
  /** Checks that there is a name. */
  public SimulatedTarget {
    Objects.requireNonNull(name, "name");
  }

  /** A model of the usual pace: 600 ms to the first of 200 tokens, 15 ms for each. */
  public static SimulatedTarget of(String name, double pricePerRequest) {
    return new SimulatedTarget(
        name, Duration.ofMillis(600), Duration.ofMillis(15), 200, 0.5, pricePerRequest);
  }
}
