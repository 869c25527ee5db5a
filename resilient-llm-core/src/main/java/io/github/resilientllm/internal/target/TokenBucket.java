package io.github.resilientllm.internal.target;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A bucket of tokens that never blocks and knows no time: what is taken comes back only by gifts.
 *
 * <p>Counted in thousandths, as gRPC does, so that a gift of 0.1 adds up exactly.
 */
public final class TokenBucket {
  private final long capacity;
  private final AtomicLong tokens;

  /** A bucket with so many tokens in it. */
  public TokenBucket(double capacity, double initial) {
    this.capacity = thousandths(capacity);
    this.tokens = new AtomicLong(thousandths(initial));
  }

  /** Takes tokens if they are there and more than the reserve is. */
  public boolean tryTake(double amount, double reserve) {
    long cost = thousandths(amount);
    long floor = thousandths(reserve);
    long before;
    do {
      before = tokens.get();
      if (before < cost || (floor > 0 && before <= floor)) {
        return false;
      }
    } while (cost != 0 && !tokens.compareAndSet(before, before - cost));
    return true;
  }

  /** Takes as much as is there, up to the amount. */
  void drain(double amount) {
    long cost = thousandths(amount);
    if (cost > 0) {
      tokens.updateAndGet(before -> Math.max(0, before - cost));
    }
  }

  /** Adds tokens up to the capacity. */
  public void give(double amount) {
    long before = tokens.get();
    if (before >= capacity) {
      return; // the usual case: a healthy target's bucket is full and its line of cache shared
    }
    long gift = thousandths(amount);
    tokens.updateAndGet(now -> Math.min(capacity, now + gift));
  }

  double tokens() {
    return tokens.get() / 1000.0;
  }

  private static long thousandths(double amount) {
    return Math.round(amount * 1000);
  }
}
