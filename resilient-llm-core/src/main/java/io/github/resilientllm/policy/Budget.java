package io.github.resilientllm.policy;

/**
 * How many retries a target may be sent for the successes it gives: a bucket of tokens that retries
 * empty and successes refill.
 *
 * <p>Jitter spreads retries; only a budget bounds them. In a simulated outage of 20 s at 80% load,
 * three retries with full jitter leave a service at no goodput two minutes later, because the
 * retries alone keep it overloaded; with a budget it recovers. A denied budget stops only the new
 * attempt: the call goes to its next target, or ends with the error it had.
 *
 * <p>It counts tokens, not requests per time window, because traffic to language models is slow.
 * One bucket per target, shared by all calls of a client.
 *
 * <p>A retry that succeeds gives back what it cost, as in the AWS SDKs' standard mode, so that the
 * bucket is emptied by the retries that were of no use: where a quarter of the attempts fails, each
 * is retried; where all fail, almost none.
 *
 * @param capacity the tokens of a full bucket, which it is at the start. Default 20
 * @param retryCost what a retry costs after a failure that cost the server little. Default 1
 * @param timeoutCost what a retry costs after a failure behind which the server may still be
 *     working: a time-out, a stall, an overload. Default 2
 * @param throttledCost what a retry costs after a rate limit. Default 1
 * @param failureCost what every failed attempt costs, retried or not. Default 0
 * @param refill what a success gives. Default 0.25
 * @param reserve a retry is made only while more than this remains before it is paid. Default 0
 * @param refund the most that a success gives which a retry won: it gives back what the retry cost
 *     up to this, and {@code refill} at least. Default 1, so that of a retry after a time-out one
 *     token is gone for good; 0 gives nothing back
 */
public record Budget(
    double capacity,
    double retryCost,
    double timeoutCost,
    double throttledCost,
    double failureCost,
    double refill,
    double reserve,
    double refund) {

  private static final double MOST = 1_000_000; // thousandths of it fit a long with room to spare

  /** Checks every value, naming the one that is wrong. */
  public Budget {
    Require.between("capacity", capacity, 0, MOST);
    Require.between("retryCost", retryCost, 0, MOST);
    Require.between("timeoutCost", timeoutCost, 0, MOST);
    Require.between("throttledCost", throttledCost, 0, MOST);
    Require.between("failureCost", failureCost, 0, MOST);
    Require.between("refill", refill, 0, MOST);
    Require.between("reserve", reserve, 0, MOST);
    Require.between("refund", refund, 0, MOST);
  }

  /**
   * The default. Where attempts fail independently of each other, retries add at most 0.47 requests
   * a call, when 35% fail fast, and 0.20 where they are time-outs; where four of five fail, 0.08
   * and 0.04.
   */
  public static Budget standard() {
    return new Budget(20, 1, 2, 1, 0, 0.25, 0, 1);
  }

  /** No bound. Retries can then multiply an outage by {@link Retry#maxAttempts()}. */
  public static Budget unlimited() {
    return new Budget(MOST, 0, 0, 0, 0, 0, 0, 0);
  }

  /**
   * The scheme of gRPC's retry throttling (gRFC A6): every failure takes a token, every success
   * gives {@code ratio}, and retries stop while the bucket is half empty or emptier.
   */
  public static Budget likeGrpc(double maxTokens, double ratio) {
    return new Budget(maxTokens, 0, 0, 0, 1, ratio, maxTokens / 2, 0);
  }

  /**
   * The scheme of the AWS SDKs' standard retry mode, version 2.1: 500 tokens, 14 for a retry, 5
   * after throttling; a success gives back what its last retry cost, or 1.
   */
  public static Budget likeAws() {
    return new Budget(500, 14, 14, 5, 0, 1, 0, 14);
  }

  /** The same with another capacity. */
  public Budget withCapacity(double tokens) {
    return new Budget(
        tokens, retryCost, timeoutCost, throttledCost, failureCost, refill, reserve, refund);
  }

  /** The same with other costs of a retry. */
  public Budget withCosts(double retry, double timeout, double throttled) {
    return new Budget(capacity, retry, timeout, throttled, failureCost, refill, reserve, refund);
  }

  /** The same with another gift of a success. */
  public Budget withRefill(double tokens) {
    return new Budget(
        capacity, retryCost, timeoutCost, throttledCost, failureCost, tokens, reserve, refund);
  }

  /**
   * The same with another refund. Without one retries add at most {@code refill / retryCost} to the
   * answered calls, whether they help or not.
   */
  public Budget withRefund(double tokens) {
    return new Budget(
        capacity, retryCost, timeoutCost, throttledCost, failureCost, refill, reserve, tokens);
  }
}
