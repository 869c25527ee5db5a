package io.github.resilientllm;

import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.RateLimit;
import io.github.resilientllm.provider.Capabilities;
import io.github.resilientllm.provider.LlmProvider;
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
}
