package io.github.resilientllm;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.internal.target.BreakerLook;
import io.github.resilientllm.internal.target.EngineTarget;
import io.github.resilientllm.internal.target.Shared;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.RateLimit;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.provider.Capabilities;
import io.github.resilientllm.provider.LlmProvider;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A place that can answer: a provider with a name and, where it needs them, limits of its own.
 *
 * <p>A provider that is passed to {@link ResilientLlm} as it is becomes the target {@code
 * vendor/model} with the client's limits.
 *
 * <p>Clients that are built with the same target object share how it stands: its breaker, its
 * limits, what it has refused, its retry budget and how fast it has been, so that what one of them
 * learns the others need not pay for again. Two targets of one provider share nothing. Immutable,
 * and safe for use by several threads.
 */
public final class Target {
  private final LlmProvider provider;
  private final String name;
  private final Settings settings;
  private final Supplier<Capabilities> capabilities; // asked when a call wants to know
  private final Shared shared;

  /** What it has of its own; null for the client's. */
  private record Settings(
      @Nullable Breaker breaker,
      @Nullable Concurrency concurrency,
      @Nullable RateLimit rateLimit,
      @Nullable Budget budget,
      @Nullable Retry retry,
      @Nullable Timeouts timeouts) {
    static final Settings NONE = new Settings(null, null, null, null, null, null);
  }

  private Target(
      LlmProvider provider,
      String name,
      Settings settings,
      Supplier<Capabilities> capabilities,
      Shared shared) {
    this.provider = provider;
    this.name = name;
    this.settings = settings;
    this.capabilities = capabilities;
    this.shared = shared;
  }

  /** A target named {@code vendor/model}. */
  public static Target of(LlmProvider provider) {
    String name = provider.vendor() + "/" + provider.model();
    return new Target(
        provider, name, Settings.NONE, new Once(provider::capabilities), new Shared());
  }

  /**
   * The same under another name, which logs, metrics and answers show; another target.
   *
   * @throws IllegalArgumentException if the name is blank
   */
  public Target named(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("A target's name cannot be blank");
    }
    return new Target(provider, name, settings, capabilities, new Shared());
  }

  /** This target as a group shows it: under another name, and still the same. */
  Target within(String group) {
    return new Target(provider, group + "/" + name, settings, capabilities, shared);
  }

  /** The same with a breaker of its own; another target, as with all methods of this kind. */
  public Target withBreaker(Breaker policy) {
    Objects.requireNonNull(policy, "policy");
    return with(
        new Settings(
            policy,
            settings.concurrency,
            settings.rateLimit,
            settings.budget,
            settings.retry,
            settings.timeouts));
  }

  /** The same with a concurrency limit of its own. */
  public Target withConcurrency(Concurrency policy) {
    Objects.requireNonNull(policy, "policy");
    return with(
        new Settings(
            settings.breaker,
            policy,
            settings.rateLimit,
            settings.budget,
            settings.retry,
            settings.timeouts));
  }

  /** The same with a rate limit of its own. */
  public Target withRateLimit(RateLimit policy) {
    Objects.requireNonNull(policy, "policy");
    return with(
        new Settings(
            settings.breaker,
            settings.concurrency,
            policy,
            settings.budget,
            settings.retry,
            settings.timeouts));
  }

  /** The same with a retry budget of its own; in a group the group's counts. */
  public Target withBudget(Budget policy) {
    Objects.requireNonNull(policy, "policy");
    return with(
        new Settings(
            settings.breaker,
            settings.concurrency,
            settings.rateLimit,
            policy,
            settings.retry,
            settings.timeouts));
  }

  /** The same, asked again as this says; a member of a group is asked again as its group says. */
  public Target withRetry(Retry policy) {
    Objects.requireNonNull(policy, "policy");
    return with(
        new Settings(
            settings.breaker,
            settings.concurrency,
            settings.rateLimit,
            settings.budget,
            policy,
            settings.timeouts));
  }

  /**
   * The same with clocks of its own: those that are set, for example by {@code
   * Timeouts.standard().withFirstToken(...)}. The deadline, which is the call's, stays the
   * client's.
   */
  public Target withTimeouts(Timeouts policy) {
    Objects.requireNonNull(policy, "policy");
    return with(
        new Settings(
            settings.breaker,
            settings.concurrency,
            settings.rateLimit,
            settings.budget,
            settings.retry,
            policy));
  }

  private Target with(Settings own) {
    return new Target(provider, name, own, capabilities, new Shared());
  }

  /**
   * The same with the size of its context window, in tokens: a request that is too long for one
   * target does not go to one that is known to be no larger.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public Target withContextWindow(int tokens) {
    if (tokens < 1) {
      throw new IllegalArgumentException("A context window holds 1 token or more, not " + tokens);
    }
    return told(new Once(() -> capabilities().withContextWindow(tokens)));
  }

  /**
   * The same with other capabilities than {@linkplain LlmProvider#capabilities() its provider}
   * tells of: for a model that it does not know, or knows wrongly.
   */
  public Target withCapabilities(Capabilities capabilities) {
    Objects.requireNonNull(capabilities, "capabilities");
    return told(() -> capabilities);
  }

  private Target told(Supplier<Capabilities> capabilities) {
    return new Target(provider, name, settings, capabilities, new Shared());
  }

  /**
   * The same, asked for what these say where neither a request nor its client says it: what suits
   * this model only. One that is told to think has the time to do so.
   *
   * @param request fills in what is no message; called for each request
   */
  public Target withDefaults(Consumer<ChatRequest.Builder> request) {
    Objects.requireNonNull(request, "request");
    boolean thinks =
        ChatRequest.of("?")
            .withDefaults(request)
            .reasoningEffort()
            .filter(effort -> effort.compareTo(ReasoningEffort.MINIMAL) > 0)
            .isPresent();
    return new Target(
        new DefaultedProvider(provider, request),
        name,
        settings,
        thinks ? new Once(() -> capabilities().withThinksInSilence(true)) : capabilities,
        new Shared());
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
    return Optional.ofNullable(settings.breaker);
  }

  /** Its own concurrency limit; empty for the client's. */
  public Optional<Concurrency> concurrency() {
    return Optional.ofNullable(settings.concurrency);
  }

  /** Its own rate limit; empty for the client's. */
  public Optional<RateLimit> rateLimit() {
    return Optional.ofNullable(settings.rateLimit);
  }

  /** Its own retry budget; empty for the client's. */
  public Optional<Budget> budget() {
    return Optional.ofNullable(settings.budget);
  }

  /** How often it is asked again; empty for as the client says. */
  public Optional<Retry> retry() {
    return Optional.ofNullable(settings.retry);
  }

  /** Its own clocks; empty for the client's. */
  public Optional<Timeouts> timeouts() {
    return Optional.ofNullable(settings.timeouts);
  }

  /** What all clients of this object share. */
  Shared shared() {
    return shared;
  }

  /** What it can do and hold. */
  public Capabilities capabilities() {
    return capabilities.get();
  }

  /** The same, to be asked later. */
  Supplier<Capabilities> capabilitiesLater() {
    return capabilities;
  }

  /** What is asked once, when it is wanted: to say it a provider may have to load its client. */
  private static final class Once implements Supplier<Capabilities> {
    private final Supplier<Capabilities> asked;
    private volatile @Nullable Capabilities known;

    Once(Supplier<Capabilities> asked) {
      this.asked = asked;
    }

    @Override
    public Capabilities get() {
      Capabilities before = known;
      if (before != null) {
        return before;
      }
      Capabilities now = asked.get();
      known = now;
      return now;
    }
  }

  @Override
  public String toString() {
    return name;
  }

  /**
   * How a target of a client stands at one instant, for health checks and dashboards.
   *
   * <p>A class without a public constructor, and not a record: what there is to say of a target
   * grows.
   */
  public static final class State {
    private final String name;
    private final String vendor;
    private final String model;
    private final int rank;
    private final BreakerState breaker;
    private final Duration breakerFor;
    private final Duration probeIn;
    private final long attempts;
    private final long failures;
    private final double retryTokens;
    private final Duration limitedFor;
    private final boolean forced;

    private State(EngineTarget target, int rank, long born, long now) {
      BreakerLook look = target.standing().breaker(born, now);
      this.name = target.name();
      this.vendor = target.provider().vendor();
      this.model = target.provider().model();
      this.rank = rank;
      this.breaker = look.state();
      this.breakerFor = Duration.ofNanos(look.inStateNanos());
      this.probeIn = Duration.ofNanos(look.probeInNanos());
      this.attempts = look.attempts();
      this.failures = look.failures();
      this.retryTokens = target.budget().tokens();
      this.limitedFor = Duration.ofNanos(target.standing().toldNanos(now));
      this.forced = look.held();
    }

    static State of(EngineTarget target, int rank, long born, long now) {
      return new State(target, rank, born, now);
    }

    /** The target's name. */
    public String name() {
      return name;
    }

    /** Its vendor. */
    public String vendor() {
      return vendor;
    }

    /** Its model. */
    public String model() {
      return model;
    }

    /**
     * 0 for the target that is asked first, 1 for the next one; the members of a group share
     * theirs.
     */
    public int rank() {
      return rank;
    }

    /** The state of its circuit breaker; closed if it has none, unless it is forced open. */
    public BreakerState breaker() {
      return breaker;
    }

    /**
     * Whether somebody has forced the breaker to be in that state, until it is {@linkplain
     * ResilientLlm#reset reset}.
     */
    public boolean forced() {
      return forced;
    }

    /**
     * How long the breaker has been in that state; since the client was built if it never changed.
     */
    public Duration breakerFor() {
      return breakerFor;
    }

    /**
     * How long an open breaker waits before it lets one call through; zero otherwise, and where it
     * is forced open and lets none.
     */
    public Duration probeIn() {
      return probeIn;
    }

    /** The attempts that the breaker's window holds. */
    public long attempts() {
      return attempts;
    }

    /** Those among them that count against the target. */
    public long failures() {
      return failures;
    }

    /** What is left for retries; a group's members have it in common. */
    public double retryTokens() {
      return retryTokens;
    }

    /** How long the vendor has asked everybody to wait, from now on; zero if it has not. */
    public Duration limitedFor() {
      return limitedFor;
    }

    /** The failures as a share of the attempts, 0 to 1; 0 without attempts. */
    public double failureShare() {
      return attempts == 0 ? 0 : (double) failures / attempts;
    }

    /** For example {@code openai/gpt-4.1: OPEN, 10 of 20 failed}. */
    @Override
    public String toString() {
      String state = breaker + (forced ? " (forced)" : "");
      return name + ": " + state + ", " + failures + " of " + attempts + " failed";
    }
  }
}
