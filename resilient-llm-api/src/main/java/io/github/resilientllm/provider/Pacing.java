package io.github.resilientllm.provider;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a vendor says with an answer, or with an error, about how much is left of its rate limits.
 *
 * <p>Passed on as it was said: whoever uses it takes into account that it may be wrong.
 */
public final class Pacing {
  private static final Pacing NOTHING = new Pacing(0, -1, Duration.ZERO, 0, -1, Duration.ZERO);

  private final long limitRequests;
  private final long remainingRequests;
  private final Duration requestsResetAfter;
  private final long limitTokens;
  private final long remainingTokens;
  private final Duration tokensResetAfter;

  private Pacing(
      long limitRequests,
      long remainingRequests,
      Duration requestsResetAfter,
      long limitTokens,
      long remainingTokens,
      Duration tokensResetAfter) {
    this.limitRequests = limitRequests;
    this.remainingRequests = remainingRequests;
    this.requestsResetAfter = Objects.requireNonNull(requestsResetAfter, "requestsResetAfter");
    this.limitTokens = limitTokens;
    this.remainingTokens = remainingTokens;
    this.tokensResetAfter = Objects.requireNonNull(tokensResetAfter, "tokensResetAfter");
  }

  /** Nothing said. */
  public static Pacing nothing() {
    return NOTHING;
  }

  /**
   * The same with what was said about requests.
   *
   * @param limit a full allowance; 0 or less if not said
   * @param remaining what is left of it; negative if not said
   * @param resetAfter the time after which it is full again; zero if not said
   */
  public Pacing withRequests(long limit, long remaining, Duration resetAfter) {
    return new Pacing(limit, remaining, resetAfter, limitTokens, remainingTokens, tokensResetAfter);
  }

  /**
   * The same with what was said about tokens.
   *
   * @param limit a full allowance; 0 or less if not said
   * @param remaining what is left of it; negative if not said
   * @param resetAfter the time after which it is full again; zero if not said
   */
  public Pacing withTokens(long limit, long remaining, Duration resetAfter) {
    return new Pacing(
        limitRequests, remainingRequests, requestsResetAfter, limit, remaining, resetAfter);
  }

  /** The requests of a full allowance; 0 or less if not said. */
  public long limitRequests() {
    return limitRequests;
  }

  /** The requests that are left; negative if not said. */
  public long remainingRequests() {
    return remainingRequests;
  }

  /** The time after which the allowance of requests is full again; zero if not said. */
  public Duration requestsResetAfter() {
    return requestsResetAfter;
  }

  /** The tokens of a full allowance; 0 or less if not said. */
  public long limitTokens() {
    return limitTokens;
  }

  /** The tokens that are left; negative if not said. */
  public long remainingTokens() {
    return remainingTokens;
  }

  /** The time after which the allowance of tokens is full again; zero if not said. */
  public Duration tokensResetAfter() {
    return tokensResetAfter;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Pacing that
        && limitRequests == that.limitRequests
        && remainingRequests == that.remainingRequests
        && requestsResetAfter.equals(that.requestsResetAfter)
        && limitTokens == that.limitTokens
        && remainingTokens == that.remainingTokens
        && tokensResetAfter.equals(that.tokensResetAfter);
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        limitRequests,
        remainingRequests,
        requestsResetAfter,
        limitTokens,
        remainingTokens,
        tokensResetAfter);
  }

  @Override
  public String toString() {
    return "Pacing[requests="
        + remainingRequests
        + "/"
        + limitRequests
        + " for "
        + requestsResetAfter
        + ", tokens="
        + remainingTokens
        + "/"
        + limitTokens
        + " for "
        + tokensResetAfter
        + "]";
  }
}
