package io.github.resilientllm;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.internal.EngineTarget;
import io.github.resilientllm.internal.guard.BreakerLook;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.RateLimit;
import io.github.resilientllm.provider.Capabilities;
import io.github.resilientllm.provider.LlmProvider;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A place that can answer: a provider with a name and, where it needs them, limits of its own.
 *
 * <p>A provider that is passed to {@link ResilientLlm} as it is becomes the target {@code
 * vendor/model} with the client's limits.
 */
public final class Target {
  private final LlmProvider provider;
  private final String name;
  private final @Nullable Breaker breaker;
  private final @Nullable Concurrency concurrency;
  private final @Nullable RateLimit rateLimit;
  private final Capabilities capabilities;

  private Target(
      LlmProvider provider,
      String name,
      @Nullable Breaker breaker,
      @Nullable Concurrency concurrency,
      @Nullable RateLimit rateLimit,
      Capabilities capabilities) {
    this.provider = provider;
    this.name = name;
    this.breaker = breaker;
    this.concurrency = concurrency;
    this.rateLimit = rateLimit;
    this.capabilities = capabilities;
  }

  /** A target named {@code vendor/model}. */
  public static Target of(LlmProvider provider) {
    String name = provider.vendor() + "/" + provider.model();
    return new Target(provider, name, null, null, null, provider.capabilities());
  }

  /**
   * The same under another name, which logs, metrics and answers show.
   *
   * @throws IllegalArgumentException if the name is blank
   */
  public Target named(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("A target's name cannot be blank");
    }
    return new Target(provider, name, breaker, concurrency, rateLimit, capabilities);
  }

  /** The same with a breaker of its own. */
  public Target withBreaker(Breaker policy) {
    Objects.requireNonNull(policy, "policy");
    return new Target(provider, name, policy, concurrency, rateLimit, capabilities);
  }

  /** The same with a concurrency limit of its own. */
  public Target withConcurrency(Concurrency policy) {
    Objects.requireNonNull(policy, "policy");
    return new Target(provider, name, breaker, policy, rateLimit, capabilities);
  }

  /** The same with a rate limit of its own. */
  public Target withRateLimit(RateLimit policy) {
    Objects.requireNonNull(policy, "policy");
    return new Target(provider, name, breaker, concurrency, policy, capabilities);
  }

  /**
   * The same with the size of its context window, in tokens: a request that is too long for one
   * target goes on only to one with a larger window.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public Target withContextWindow(int tokens) {
    if (tokens < 1) {
      throw new IllegalArgumentException("A context window holds 1 token or more, not " + tokens);
    }
    return withCapabilities(capabilities.withContextWindow(tokens));
  }

  /**
   * The same with other capabilities than {@linkplain LlmProvider#capabilities() its provider}
   * tells of: for a model that it does not know, or knows wrongly.
   */
  public Target withCapabilities(Capabilities capabilities) {
    Objects.requireNonNull(capabilities, "capabilities");
    return new Target(provider, name, breaker, concurrency, rateLimit, capabilities);
  }

  /** Who answers. */
  public LlmProvider provider() {
    return provider;
  }

  /** The name. */
  public String name() {
    return name;
  }

  /** Its own breaker; empty for the client's. */
  public Optional<Breaker> breaker() {
    return Optional.ofNullable(breaker);
  }

  /** Its own concurrency limit; empty for the client's. */
  public Optional<Concurrency> concurrency() {
    return Optional.ofNullable(concurrency);
  }

  /** Its own rate limit; empty for the client's. */
  public Optional<RateLimit> rateLimit() {
    return Optional.ofNullable(rateLimit);
  }

  /** What it can do and hold. */
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public String toString() {
    return name;
  }

  /**
   * How a target of a client stands at one instant, for health checks and dashboards.
   *
   * @param name the target's name
   * @param vendor its vendor
   * @param model its model
   * @param rank 0 for the target that is asked first, 1 for the next one; the members of a group
   *     share theirs
   * @param breaker the state of its circuit breaker; closed if it has none
   * @param breakerFor how long the breaker has been in that state; since the client was built if it
   *     never changed
   * @param probeIn how long an open breaker waits before it lets one call through; zero otherwise
   * @param attempts the attempts that the breaker's window holds
   * @param failures those among them that count against the target
   * @param retryTokens what is left for retries; a group's members have it in common
   * @param limitedFor how long the vendor has asked everybody to wait, from now on; zero if it has
   *     not
   */
  public record State(
      String name,
      String vendor,
      String model,
      int rank,
      BreakerState breaker,
      Duration breakerFor,
      Duration probeIn,
      long attempts,
      long failures,
      double retryTokens,
      Duration limitedFor) {

    /** The failures as a share of the attempts, 0 to 1; 0 without attempts. */
    public double failureShare() {
      return attempts == 0 ? 0 : (double) failures / attempts;
    }

    static State of(EngineTarget target, int rank, long born, long now) {
      BreakerLook breaker = target.guard().breaker(born, now);
      return new State(
          target.name(),
          target.provider().vendor(),
          target.provider().model(),
          rank,
          breaker.state(),
          Duration.ofNanos(breaker.inStateNanos()),
          Duration.ofNanos(breaker.probeInNanos()),
          breaker.attempts(),
          breaker.failures(),
          target.guard().retryTokens(),
          Duration.ofNanos(target.guard().frozenNanos(now)));
    }
  }
}
