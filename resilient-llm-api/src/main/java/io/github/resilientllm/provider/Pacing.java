package io.github.resilientllm.provider;

import java.time.Duration;
import java.util.Objects;

/**
 * What a vendor says with an answer, or with an error, about how much is left of its rate limits.
 *
 * <p>Passed on as it was said: whoever uses it takes into account that it may be wrong.
 *
 * @param limitRequests the requests of a full allowance; 0 or less if not said
 * @param remainingRequests the requests that are left; negative if not said
 * @param requestsResetAfter the time after which the allowance is full again; zero if not said
 * @param limitTokens the tokens of a full allowance; 0 or less if not said
 * @param remainingTokens the tokens that are left; negative if not said
 * @param tokensResetAfter the time after which the allowance is full again; zero if not said
 */
public record Pacing(
    long limitRequests,
    long remainingRequests,
    Duration requestsResetAfter,
    long limitTokens,
    long remainingTokens,
    Duration tokensResetAfter) {
  private static final Pacing NOTHING = new Pacing(0, -1, Duration.ZERO, 0, -1, Duration.ZERO);

  /** Refuses null. */
  public Pacing {
    Objects.requireNonNull(requestsResetAfter, "requestsResetAfter");
    Objects.requireNonNull(tokensResetAfter, "tokensResetAfter");
  }

  /** Nothing said. */
  public static Pacing nothing() {
    return NOTHING;
  }

  /** The same with what was said about requests. */
  public Pacing withRequests(long limit, long remaining, Duration resetAfter) {
    return new Pacing(limit, remaining, resetAfter, limitTokens, remainingTokens, tokensResetAfter);
  }

  /** The same with what was said about tokens. */
  public Pacing withTokens(long limit, long remaining, Duration resetAfter) {
    return new Pacing(
        limitRequests, remainingRequests, requestsResetAfter, limit, remaining, resetAfter);
  }
}
