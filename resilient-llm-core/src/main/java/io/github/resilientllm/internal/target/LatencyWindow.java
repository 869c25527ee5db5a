package io.github.resilientllm.internal.target;

import java.util.Arrays;

/**
 * The times to first token of a target's last attempts, telling what is late among them.
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

  /** Two standard deviations of a binomial count hold the true percentile 19 times of 20. */
  private static final double SAMPLING_ERRORS = 2;

  /** Values this far apart with nothing between them; a loser's is late by one answer at least. */
  private static final double GAP = 1.5;

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

  /**
   * The value that no more than this share of the attempts exceeds; negative until enough are
   * known.
   *
   * <p>A percentile is known only to within its sampling error. Where that leaves open on which
   * side of a gap it lies, as between the usual answers and those that are held up, it is where the
   * gap begins: to wait longer would cost time and save no hedge.
   */
  synchronized long lateAfter(double share) {
    int count = currentCount + previousCount;
    if (count < ENOUGH) {
      return -1;
    }
    long rank = (long) Math.ceil((1 - share) * count);
    double lowest = rank - SAMPLING_ERRORS * Math.sqrt(count * share * (1 - share));
    long seen = 0;
    long edge = 0;
    for (int bucket = 0; seen < rank; bucket++) {
      int here = current[bucket] + previous[bucket];
      if (here == 0) {
        continue;
      }
      if (seen > 0 && seen >= lowest && upperEdge(bucket - 1) >= edge * GAP) {
        break;
      }
      seen += here;
      edge = upperEdge(bucket);
    }
    return edge;
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
