package io.github.resilientllm.spring.boot;

import static java.util.Objects.requireNonNullElse;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.Conversations;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.RateLimit;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.spring.internal.SetupException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** All that a policy says, with what it inherits. */
record PolicySettings(
    List<String> targets,
    Timeouts timeouts,
    Retry retry,
    Hedge hedge,
    Breaker breaker,
    Concurrency concurrency,
    RateLimit rateLimit,
    Budget budget,
    Fallback fallback,
    Conversations conversations,
    OptionsProperties options) {

  /**
   * The library's defaults.
   *
   * @param targets empty if nobody says their order
   * @param fallback what happens beyond one target
   */
  static PolicySettings standard(List<String> targets, Fallback fallback) {
    return new PolicySettings(
        targets,
        Timeouts.standard(),
        Retry.upTo(3),
        Hedge.none(),
        Breaker.standard(),
        Concurrency.unlimited(),
        RateLimit.unlimited(),
        Budget.standard(),
        fallback,
        Conversations.standard(),
        OptionsProperties.NONE);
  }

  /**
   * The settings of a policy that is based on this one.
   *
   * @param at where its properties are
   * @param chain its targets
   */
  PolicySettings with(String at, PolicyProperties own, List<String> chain) {
    return new PolicySettings(
        chain,
        timeouts(at, own),
        set(at + ".retry", own.retry(), PolicyProperties.RetryProperties::over, retry),
        set(at + ".hedge", own.hedge(), PolicyProperties.HedgeProperties::over, hedge),
        set(at + ".circuit-breaker", own.circuitBreaker(), CircuitBreakerProperties::over, breaker),
        set(at + ".concurrency", own.concurrency(), ConcurrencyProperties::over, concurrency),
        set(at + ".rate-limit", own.rateLimit(), RateLimitProperties::over, rateLimit),
        set(at + ".budget", own.budget(), PolicyProperties.BudgetProperties::over, budget),
        set(at + ".fallback", own.fallback(), PolicyProperties.FallbackProperties::over, fallback),
        set(
            at + ".conversations",
            own.conversations(),
            PolicyProperties.ConversationsProperties::over,
            conversations),
        set(at + ".options", own.options(), OptionsProperties::over, options));
  }

  /** Sets all but targets. */
  void configure(ResilientLlm.Builder client) {
    client
        .timeouts(timeouts)
        .retry(retry)
        .hedge(hedge)
        .breaker(breaker)
        .concurrency(concurrency)
        .rateLimit(rateLimit)
        .budget(budget)
        .fallbackPolicy(fallback)
        .conversations(conversations);
    if (!options.equals(OptionsProperties.NONE)) {
      client.defaults(options::fill);
    }
  }

  /**
   * What properties make of an inherited value.
   *
   * @param at where they are
   * @throws SetupException if a value is wrong, saying where it is
   */
  static <P, V> V set(String at, @Nullable P own, BiFunction<P, V, V> over, V inherited) {
    if (own == null) {
      return inherited;
    }
    try {
      return over.apply(own, inherited);
    } catch (IllegalArgumentException e) {
      throw PropertyWords.wrong(at, e);
    }
  }

  private Timeouts timeouts(String at, PolicyProperties own) {
    Duration deadline = requireNonNullElse(own.timeout(), timeouts.deadline());
    Duration attempt = inherited(own.attemptTimeout(), timeouts.attemptIfSet());
    Duration firstToken = inherited(own.firstTokenTimeout(), timeouts.firstTokenIfSet());
    Duration thinking = inherited(own.thinkingTimeout(), timeouts.thinkingIfSet());
    Duration stall = inherited(own.stallTimeout(), timeouts.stallIfSet());
    within(at, "attempt-timeout", attempt, "timeout", deadline);
    Duration around = requireNonNullElse(attempt, deadline);
    String name = attempt == null ? "timeout" : "attempt-timeout";
    within(at, "thinking-timeout", thinking, name, around);
    within(at, "first-token-timeout", firstToken, name, around);
    within(
        at,
        "first-token-timeout",
        firstToken,
        "thinking-timeout",
        requireNonNullElse(thinking, around));
    within(at, "stall-timeout", stall, name, around);
    try {
      Timeouts mine = Timeouts.deadline(deadline);
      mine = attempt == null ? mine : mine.withAttempt(attempt);
      mine = thinking == null ? mine : mine.withThinking(thinking);
      mine = firstToken == null ? mine : mine.withFirstToken(firstToken);
      return stall == null ? mine : mine.withStall(stall);
    } catch (IllegalArgumentException e) {
      throw PropertyWords.wrong(at, e);
    }
  }

  private static @Nullable Duration inherited(@Nullable Duration own, Optional<Duration> base) {
    return own != null ? own : base.orElse(null);
  }

  private static void within(
      String at, String name, @Nullable Duration time, String outerName, Duration outer) {
    if (time != null && time.compareTo(outer) > 0) {
      throw new SetupException(
          "%s.%s of %s is longer than its %s of %s, and could never end anything."
              .formatted(at, name, PropertyWords.of(time), outerName, PropertyWords.of(outer)),
          "Shorten %s.%s or lengthen %s.%s; either may come from the base policy."
              .formatted(at, name, at, outerName));
    }
  }
}
