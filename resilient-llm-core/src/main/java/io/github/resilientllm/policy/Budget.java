package io.github.resilientllm.policy;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
 */
public final class Budget {
  private static final double MOST = 1_000_000; // thousandths of it fit a long with room to spare

  private final double capacity;
  private final double retryCost;
  private final double timeoutCost;
  private final double throttledCost;
  private final double failureCost;
  private final double refill;
  private final double reserve;
  private final double refund;

  private Budget(
      double capacity,
      double retryCost,
      double timeoutCost,
      double throttledCost,
      double failureCost,
      double refill,
      double reserve,
      double refund) {
    Require.between("capacity", capacity, 0, MOST);
    Require.between("retryCost", retryCost, 0, MOST);
    Require.between("timeoutCost", timeoutCost, 0, MOST);
    Require.between("throttledCost", throttledCost, 0, MOST);
    Require.between("failureCost", failureCost, 0, MOST);
    Require.between("refill", refill, 0, MOST);
    Require.between("reserve", reserve, 0, MOST);
    Require.between("refund", refund, 0, MOST);
    this.capacity = capacity;
    this.retryCost = retryCost;
    this.timeoutCost = timeoutCost;
    this.throttledCost = throttledCost;
    this.failureCost = failureCost;
    this.refill = refill;
    this.reserve = reserve;
    this.refund = refund;
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

  /** The same with another cost of every failed attempt. */
  public Budget withFailureCost(double tokens) {
    return new Budget(
        capacity, retryCost, timeoutCost, throttledCost, tokens, refill, reserve, refund);
  }

  /** The same with another gift of a success. */
  public Budget withRefill(double tokens) {
    return new Budget(
        capacity, retryCost, timeoutCost, throttledCost, failureCost, tokens, reserve, refund);
  }

  /** The same with another reserve that retries leave in the bucket. */
  public Budget withReserve(double tokens) {
    return new Budget(
        capacity, retryCost, timeoutCost, throttledCost, failureCost, refill, tokens, refund);
  }

  /**
   * The same with another refund. Without one retries add at most {@code refill / retryCost} to the
   * answered calls, whether they help or not.
   */
  public Budget withRefund(double tokens) {
    return new Budget(
        capacity, retryCost, timeoutCost, throttledCost, failureCost, refill, reserve, tokens);
  }

  /** The tokens of a full bucket, which it is at the start. Default 20. */
  public double capacity() {
    return capacity;
  }

  /** What a retry costs after a failure that cost the server little. Default 1. */
  public double retryCost() {
    return retryCost;
  }

  /**
   * What a retry costs after a failure behind which the server may still be working: a time-out, a
   * stall, an overload. Default 2.
   */
  public double timeoutCost() {
    return timeoutCost;
  }

  /** What a retry costs after a rate limit. Default 1. */
  public double throttledCost() {
    return throttledCost;
  }

  /** What every failed attempt costs, retried or not. Default 0. */
  public double failureCost() {
    return failureCost;
  }

  /** What a success gives. Default 0.25. */
  public double refill() {
    return refill;
  }

  /** A retry is made only while more than this remains before it is paid. Default 0. */
  public double reserve() {
    return reserve;
  }

  /**
   * The most that a success gives which a retry won: it gives back what the retry cost up to this,
   * and {@link #refill()} at least. Default 1, so that of a retry after a time-out one token is
   * gone for good; 0 gives nothing back.
   */
  public double refund() {
    return refund;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Budget that
        && Double.compare(capacity, that.capacity) == 0
        && Double.compare(retryCost, that.retryCost) == 0
        && Double.compare(timeoutCost, that.timeoutCost) == 0
        && Double.compare(throttledCost, that.throttledCost) == 0
        && Double.compare(failureCost, that.failureCost) == 0
        && Double.compare(refill, that.refill) == 0
        && Double.compare(reserve, that.reserve) == 0
        && Double.compare(refund, that.refund) == 0;
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        capacity, retryCost, timeoutCost, throttledCost, failureCost, refill, reserve, refund);
  }

  @Override
  public String toString() {
    return "Budget[capacity="
        + capacity
        + ", retryCost="
        + retryCost
        + ", timeoutCost="
        + timeoutCost
        + ", throttledCost="
        + throttledCost
        + ", failureCost="
        + failureCost
        + ", refill="
        + refill
        + ", reserve="
        + reserve
        + ", refund="
        + refund
        + "]";
  }
}
