package io.github.resilientllm;

import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.RateLimit;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import java.time.Duration;
import java.util.Random;

/** The settings of one chaotic run, small enough for everything to collide with everything. */
record ChaosSettings(
    int targets,
    Retry retry,
    Budget budget,
    Hedge hedge,
    Breaker breaker,
    Concurrency concurrency,
    RateLimit rateLimit,
    Fallback fallback,
    Timeouts timeouts,
    boolean windowsKnown,
    double rejectShare) {

  static ChaosSettings draw(Random random) {
    return new ChaosSettings(
        1 + random.nextInt(4),
        retry(random),
        budget(random),
        hedge(random),
        breaker(random),
        concurrency(random),
        rateLimit(random),
        fallback(random),
        timeouts(random),
        random.nextInt(3) == 0,
        random.nextInt(8) == 0 ? 0.2 : 0);
  }

  /** A time on a coarse grid, so that things often happen at the same instant. */
  static Duration time(Random random, int maxSteps) {
    return Duration.ofMillis(50L * (1 + random.nextInt(maxSteps)));
  }

  void applyTo(ResilientLlm.Builder builder) {
    builder
        .retry(retry)
        .budget(budget)
        .hedge(hedge)
        .breaker(breaker)
        .concurrency(concurrency)
        .rateLimit(rateLimit)
        .fallbackPolicy(fallback)
        .timeouts(timeouts);
  }

  private static Retry retry(Random random) {
    Duration base = time(random, 10);
    Retry retry =
        Retry.upTo(1 + random.nextInt(4))
            .withDelay(base, base.plus(time(random, 40)))
            .withThrottledDelay(time(random, 20))
            .withJitter(pick(random, Retry.Jitter.values()))
            .withMaxServerDelay(time(random, 60));
    return random.nextBoolean() ? retry : retry.withUnauthorizedRetried();
  }

  private static Budget budget(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> Budget.standard();
      case 1 -> Budget.unlimited();
      case 2 -> Budget.likeGrpc(4, 0.8);
      case 3 -> Budget.likeAws().withCapacity(40);
      case 4 ->
          Budget.standard()
              .withCapacity(random.nextInt(5))
              .withCosts(1, 2, 0.5)
              .withFailureCost(0.25)
              .withRefill(0.3)
              .withReserve(1)
              .withRefund(random.nextInt(3));
      default -> Budget.standard().withCapacity(random.nextInt(4)).withRefill(0.5);
    };
  }

  private static Hedge hedge(Random random) {
    if (random.nextBoolean()) {
      return Hedge.none();
    }
    Hedge hedge =
        Hedge.extraLoad(pick(random, 0.05, 0.3, 1.0))
            .withInitialDelay(time(random, 6))
            .withMaxHedges(1 + random.nextInt(3));
    return random.nextBoolean() ? hedge : hedge.onSameTarget();
  }

  private static Breaker breaker(Random random) {
    if (random.nextInt(4) == 0) {
      return Breaker.none();
    }
    int window = 2 + random.nextInt(5);
    Breaker breaker =
        Breaker.opensAfter(1 + random.nextInt(window), window)
            .withOpenFor(time(random, 40))
            .withLockedFor(time(random, 60));
    return random.nextInt(3) == 0 ? breaker.ejectingLastTarget() : breaker;
  }

  private static Concurrency concurrency(Random random) {
    return random.nextBoolean()
        ? Concurrency.unlimited()
        : Concurrency.atMost(1 + random.nextInt(2))
            .withWaiting(random.nextInt(3), time(random, 20));
  }

  private static RateLimit rateLimit(Random random) {
    if (random.nextInt(3) > 0) {
      return RateLimit.unlimited();
    }
    int permits = 1 + random.nextInt(5);
    return RateLimit.of(permits, time(random, 40))
        .withBurst(1 + random.nextInt(permits))
        .withMaxWait(time(random, 20));
  }

  private static Fallback fallback(Random random) {
    Fallback fallback =
        Fallback.standard()
            .withPatience(random.nextBoolean() ? Duration.ZERO : time(random, 60))
            .withMidStream(pick(random, Fallback.MidStream.values()));
    return random.nextBoolean() ? fallback : fallback.withContentFilterTried();
  }

  private static Timeouts timeouts(Random random) {
    Duration deadline = Duration.ofMillis(1050).plus(time(random, 100));
    Timeouts timeouts = Timeouts.deadline(deadline);
    if (random.nextBoolean()) {
      Duration attempt = deadline.dividedBy(1 + random.nextInt(3));
      timeouts =
          timeouts.withAttempt(attempt).withFirstToken(attempt.dividedBy(1 + random.nextInt(2)));
    }
    return random.nextBoolean()
        ? timeouts
        : timeouts.withStall(timeouts.attempt().dividedBy(1 + random.nextInt(4)));
  }

  @SafeVarargs
  static <T> T pick(Random random, T... values) {
    return values[random.nextInt(values.length)];
  }
}
