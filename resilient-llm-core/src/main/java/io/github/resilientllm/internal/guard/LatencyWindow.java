package io.github.resilientllm.internal.guard;

import java.util.Arrays;

/**
 * The times to first token of a target's last attempts, answering percentiles.
 *
 * <p>A histogram of logarithmic buckets, 16 to an octave, hence within 6.25% of the truth; the
 * values of the last one to two thousand attempts, the older half being dropped at once.
 */
final class LatencyWindow {
  private static final int PER_OCTAVE_BITS = 4;
  private static final int BUCKETS = 64 << PER_OCTAVE_BITS;

  /** Enough for a 99th percentile, and few enough to follow a vendor's day. */
  private static final int HALF = 1000;

  /** Below this the 95th percentile is a guess. */
  private static final int ENOUGH = 20;

  // Guarded by this object's lock.
  private int[] current = new int[BUCKETS];
  private int[] previous = new int[BUCKETS];
  private int currentCount;
  private int previousCount;

  synchronized void record(long nanos) {
    if (currentCount == HALF) {
      int[] oldest = previous;
      previous = current;
      previousCount = currentCount;
      Arrays.fill(oldest, 0);
      current = oldest;
      currentCount = 0;
    }
    current[bucket(nanos)]++;
    currentCount++;
  }

  /** The value that this share of the attempts did not exceed; negative until enough are known. */
  synchronized long percentile(double share) {
    int count = currentCount + previousCount;
    if (count < ENOUGH) {
      return -1;
    }
    long rank = (long) Math.ceil(share * count);
    long seen = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      seen += current[bucket] + previous[bucket];
      if (seen >= rank) {
        return upperEdge(bucket);
      }
    }
    return upperEdge(BUCKETS - 1);
  }

  static int bucket(long nanos) {
    long value = Math.max(nanos, 1 << PER_OCTAVE_BITS);
    int exponent = 63 - Long.numberOfLeadingZeros(value);
    int mantissa = (int) (value >>> (exponent - PER_OCTAVE_BITS)) & ((1 << PER_OCTAVE_BITS) - 1);
    return (exponent << PER_OCTAVE_BITS) | mantissa;
  }

  static long upperEdge(int bucket) {
    int exponent = bucket >>> PER_OCTAVE_BITS;
    long mantissa = (bucket & ((1 << PER_OCTAVE_BITS) - 1)) | (1 << PER_OCTAVE_BITS);
    return exponent < PER_OCTAVE_BITS ? 1 : (mantissa + 1) << (exponent - PER_OCTAVE_BITS);
  }
}
