package io.github.resilientllm.spring.boot;

import static java.util.Objects.requireNonNullElse;

import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.policy.Conversations;
import io.github.resilientllm.policy.Conversations.WhenJournalFails;
import io.github.resilientllm.policy.Conversations.Window;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * How the calls of one client are kept working. What is not set is as in the base policy.
 *
 * @param basePolicy The policy whose settings hold where this one sets none.
 * @param targets The targets in the order in which they are asked. By default all.
 * @param timeout The whole call: all attempts, all waits, and the reading of a stream. 2 minutes by
 *     default.
 * @param attemptTimeout One attempt. Half of the timeout by default.
 * @param firstTokenTimeout One attempt to its first content, where the vendor streams. A tenth of
 *     the timeout by default.
 * @param thinkingTimeout The same for a model that may think in silence. Three quarters of the
 *     timeout by default.
 * @param stallTimeout The silence between two pieces of a stream. A sixth of the timeout by
 *     default.
 * @param retry How often the same target is asked again.
 * @param hedge When a second attempt starts beside a late one.
 * @param circuitBreaker When a target is taken out of service.
 * @param concurrency How many attempts at each target may run at once.
 * @param rateLimit How many attempts at each target may start in a time.
 * @param budget What retries may add to the load of a target.
 * @param fallback When a call moves on to its next target.
 * @param conversations How conversations are sent and kept.
 * @param options What requests ask for that do not say it themselves.
 */
record PolicyProperties(
    @Nullable String basePolicy,
    @Nullable List<String> targets,
    @Nullable Duration timeout,
    @Nullable Duration attemptTimeout,
    @Nullable Duration firstTokenTimeout,
    @Nullable Duration thinkingTimeout,
    @Nullable Duration stallTimeout,
    @Nullable RetryProperties retry,
    @Nullable HedgeProperties hedge,
    @Nullable CircuitBreakerProperties circuitBreaker,
    @Nullable ConcurrencyProperties concurrency,
    @Nullable RateLimitProperties rateLimit,
    @Nullable BudgetProperties budget,
    @Nullable FallbackProperties fallback,
    @Nullable ConversationsProperties conversations,
    @Nullable OptionsProperties options) {

  /**
   * Retries.
   *
   * @param maxAttempts The most attempts at one target in one call, the first included, 1 to 20. 3
   *     by default.
   * @param baseDelay The delay before the first retry, which doubles with each one. 500 ms by
   *     default, and at most an eighth of the timeout.
   * @param throttledDelay The same after a rate limit whose server names no delay. 1 second by
   *     default, and at most a quarter of the timeout.
   * @param maxDelay The cap on the delay. 8 seconds by default, and at most half of the timeout.
   * @param jitter How the delay is spread. Full by default.
   * @param maxServerDelay The longest delay of a server that a call waits for. 60 seconds by
   *     default.
   * @param retriesUnauthorized Whether a refused key is tried once more. False by default.
   */
  record RetryProperties(
      @Nullable Integer maxAttempts,
      @Nullable Duration baseDelay,
      @Nullable Duration throttledDelay,
      @Nullable Duration maxDelay,
      Retry.@Nullable Jitter jitter,
      @Nullable Duration maxServerDelay,
      @Nullable Boolean retriesUnauthorized) {

    Retry over(Retry base) {
      Retry mine =
          base.withMaxAttempts(requireNonNullElse(maxAttempts, base.maxAttempts()))
              .withJitter(requireNonNullElse(jitter, base.jitter()))
              .withMaxServerDelay(requireNonNullElse(maxServerDelay, base.maxServerDelay()))
              .withUnauthorizedRetried(
                  requireNonNullElse(retriesUnauthorized, base.retriesUnauthorized()));
      if (baseDelay != null || maxDelay != null) { // else they follow the time-out
        mine =
            mine.withDelay(
                requireNonNullElse(baseDelay, base.baseDelay()),
                requireNonNullElse(maxDelay, base.maxDelay()));
      }
      return throttledDelay == null ? mine : mine.withThrottledDelay(throttledDelay);
    }
  }

  /**
   * Hedges.
   *
   * @param extraLoad The share of attempts that may be hedged, such as 0.05; 0, the default, is
   *     off.
   * @param initialDelay How late is late until enough has been learnt. 3 seconds by default, and at
   *     most half of the first-token time-out.
   * @param maxHedges The most hedges of one call, 1 to 5. 1 by default.
   * @param sameTarget Whether a hedge goes to the target that is late. False by default.
   */
  record HedgeProperties(
      @Nullable Double extraLoad,
      @Nullable Duration initialDelay,
      @Nullable Integer maxHedges,
      @Nullable Boolean sameTarget) {

    Hedge over(Hedge base) {
      Hedge mine =
          base.withExtraLoad(requireNonNullElse(extraLoad, base.extraLoad()))
              .withMaxHedges(requireNonNullElse(maxHedges, base.maxHedges()))
              .withSameTarget(requireNonNullElse(sameTarget, base.sameTarget()));
      return initialDelay == null ? mine : mine.withInitialDelay(initialDelay);
    }
  }

  /**
   * The bucket that retries empty and successes refill.
   *
   * @param enabled Whether there is a bound. True by default.
   * @param capacity The tokens of a full bucket. 20 by default.
   * @param retryCost What a retry costs after a cheap failure. 1 by default.
   * @param timeoutCost What a retry costs after a time-out, stall or overload. 2 by default.
   * @param throttledCost What a retry costs after a rate limit. 1 by default.
   * @param failureCost What every failed attempt costs. 0 by default.
   * @param refill What a success gives. 0.25 by default.
   * @param reserve A retry is made only while more than this remains. 0 by default.
   * @param refund The most that a success gives back of what the retry cost that won it. 1 by
   *     default.
   */
  record BudgetProperties(
      @Nullable Boolean enabled,
      @Nullable Double capacity,
      @Nullable Double retryCost,
      @Nullable Double timeoutCost,
      @Nullable Double throttledCost,
      @Nullable Double failureCost,
      @Nullable Double refill,
      @Nullable Double reserve,
      @Nullable Double refund) {

    Budget over(Budget inherited) {
      if (Boolean.FALSE.equals(enabled)) {
        return Budget.unlimited();
      }
      boolean comesBack = Boolean.TRUE.equals(enabled) && inherited.equals(Budget.unlimited());
      Budget base = comesBack ? Budget.standard() : inherited;
      return base.withCapacity(requireNonNullElse(capacity, base.capacity()))
          .withCosts(
              requireNonNullElse(retryCost, base.retryCost()),
              requireNonNullElse(timeoutCost, base.timeoutCost()),
              requireNonNullElse(throttledCost, base.throttledCost()))
          .withFailureCost(requireNonNullElse(failureCost, base.failureCost()))
          .withRefill(requireNonNullElse(refill, base.refill()))
          .withReserve(requireNonNullElse(reserve, base.reserve()))
          .withRefund(requireNonNullElse(refund, base.refund()));
    }
  }

  /**
   * Going on to the next target.
   *
   * @param patience With another target at hand, the longest wait for one that is rate-limited or
   *     full. 3 seconds by default.
   * @param onContentFilter Whether what one vendor's filter refused is tried with the next. False
   *     by default.
   * @param refusalsFinal Whether a refusal that may be one target's own, such as a 400 of unknown
   *     words, ends the call. False by default.
   * @param onContextTooLong Where a request goes that is too long for one target. Larger-or-unknown
   *     by default.
   * @param midStream What happens when an answer breaks off after its first token. Restart by
   *     default.
   */
  record FallbackProperties(
      @Nullable Duration patience,
      @Nullable Boolean onContentFilter,
      @Nullable Boolean refusalsFinal,
      Fallback.@Nullable ContextTooLong onContextTooLong,
      Fallback.@Nullable MidStream midStream) {

    Fallback over(Fallback base) {
      return base.withPatience(requireNonNullElse(patience, base.patience()))
          .withContentFilterTried(requireNonNullElse(onContentFilter, base.onContentFilter()))
          .withRefusalsFinal(requireNonNullElse(refusalsFinal, base.refusalsFinal()))
          .withContextTooLong(requireNonNullElse(onContextTooLong, base.onContextTooLong()))
          .withMidStream(requireNonNullElse(midStream, base.midStream()));
    }
  }

  /**
   * Conversations.
   *
   * @param maxMessages The most messages of a history that are sent; 0, the default, for all.
   * @param maxTokens The most estimated tokens of a history that are sent; 0, the default, for all.
   * @param trimsForSmallerTarget Whether the oldest turns are left out for a target that cannot
   *     hold them all. True by default.
   * @param whenJournalFails What happens when the journal fails. Fail-call by default.
   * @param turnPatience How long a turn waits for another one of its conversation. 0 by default.
   * @param maxToolRounds How often a model may call tools in a row for one question, 1 to 1000. 16
   *     by default.
   * @param journalPatience The longest wait for the journal, which has failed then. 10 seconds by
   *     default.
   * @param memory The most memory for histories that need not be read again, 1 MB or more. 64 MB by
   *     default.
   */
  record ConversationsProperties(
      @Nullable Integer maxMessages,
      @Nullable Integer maxTokens,
      @Nullable Boolean trimsForSmallerTarget,
      @Nullable WhenJournalFails whenJournalFails,
      @Nullable Duration turnPatience,
      @Nullable Integer maxToolRounds,
      @Nullable Duration journalPatience,
      @Nullable DataSize memory) {

    Conversations over(Conversations base) {
      Window all = base.window();
      Conversations mine =
          Conversations.standard()
              .withWindow(
                  new Window(
                      requireNonNullElse(maxMessages, all.messages()),
                      requireNonNullElse(maxTokens, all.tokens())))
              .withJournalFailure(requireNonNullElse(whenJournalFails, base.whenJournalFails()))
              .withTurnPatience(requireNonNullElse(turnPatience, base.turnPatience()))
              .withMaxToolRounds(requireNonNullElse(maxToolRounds, base.maxToolRounds()))
              .withJournalPatience(requireNonNullElse(journalPatience, base.journalPatience()))
              .withMemoryBytes(memory == null ? base.memoryBytes() : memory.toBytes());
      return requireNonNullElse(trimsForSmallerTarget, base.trimsForSmallerTarget())
          ? mine
          : mine.withoutTrimming();
    }
  }
}
