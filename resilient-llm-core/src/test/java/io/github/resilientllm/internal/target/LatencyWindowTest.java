package io.github.resilientllm.internal.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is late among the times to first token. */
final class LatencyWindowTest {
  private final LatencyWindow window = new LatencyWindow();

  @Test
  void nothingIsSaidBeforeEnoughIsKnown() {
    for (int i = 0; i < 19; i++) {
      window.record(1_000_000);
    }
    assertThat(window.lateAfter(0.05)).isNegative();
    window.record(1_000_000);
    assertThat(window.lateAfter(0.05)).isPositive();
  }

  @Test
  void withoutAGapLateIsWithinASixteenthOfThePercentileAndNeverBelowIt() {
    for (long seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      LatencyWindow fresh = new LatencyWindow();
      long[] values = new long[1000];
      for (int i = 0; i < values.length; i++) {
        values[i] = (long) (2e9 * Math.exp(0.9 * random.nextGaussian())); // median 2 s
        fresh.record(values[i]);
      }
      Arrays.sort(values);
      for (double share : new double[] {0.1, 0.5, 0.9, 0.95, 0.99, 1}) {
        long truth = values[(int) Math.ceil(share * values.length) - 1];
        assertThat(fresh.lateAfter(1 - share))
            .as("seed %d, %s", seed, share)
            .isGreaterThanOrEqualTo(truth)
            .isCloseTo(truth, withPercentage(6.25));
      }
    }
  }

  @Test
  void eachBucketEndsWhereTheNextBegins() {
    for (int bucket = LatencyWindow.bucket(16); bucket < 40 * 16; bucket++) {
      long edge = LatencyWindow.upperEdge(bucket);
      assertThat(LatencyWindow.bucket(edge - 1)).isEqualTo(bucket);
      assertThat(LatencyWindow.bucket(edge)).isEqualTo(bucket + 1);
    }
  }

  @Test
  void theSmallestAndTheLargestTimesHaveTheirBuckets() {
    assertThat(LatencyWindow.bucket(0)).isEqualTo(LatencyWindow.bucket(16));
    window.record(1L << 50); // thirteen days
    for (int i = 0; i < 20; i++) {
      window.record(0);
    }
    assertThat(window.lateAfter(0.5)).isLessThan(20);
    assertThat(window.lateAfter(0)).isGreaterThanOrEqualTo(1L << 50);
  }

  @Test
  void theOldIsForgotten() {
    for (int i = 0; i < 1000; i++) {
      window.record(1_000_000_000L);
    }
    for (int i = 0; i < 1001; i++) {
      window.record(1_000_000);
    }
    assertThat(window.lateAfter(0)).isLessThan(1_100_000); // the first thousand were dropped
  }

  @Test
  void lateBeginsBeforeAGapThatThePercentileMissesBySamplingErrorOnly() {
    for (int slow : new int[] {0, 40, 50, 55, 60, 63}) { // of 1000, whose deviation is 7 at 5%
      LatencyWindow fresh = new LatencyWindow();
      for (int i = 0; i < 1000; i++) {
        fresh.record(i < slow ? 2_000_000_000L : 50_000_000L);
      }
      assertThat(fresh.lateAfter(0.05)).as("%d slow", slow).isBetween(50_000_000L, 53_200_000L);
    }
  }

  @Test
  void whatIsSlowMoreOftenThanThatIsNotLate() {
    for (int i = 0; i < 1000; i++) {
      window.record(i < 70 ? 2_000_000_000L : 50_000_000L);
    }
    assertThat(window.lateAfter(0.05)).isGreaterThanOrEqualTo(2_000_000_000L);
  }

  @Test
  void losersRecordedAtTheirEndKeepTheShareOfLateOnesTrue() {
    // A hedge starts at the 95th percentile and wins half of the time after another second. With
    // the losers left out, the percentile would sink and ever more attempts would be hedged.
    Random random = new Random(5);
    int hedged = 0;
    int attempts = 20_000;
    for (int i = 0; i < attempts; i++) {
      long late = window.lateAfter(0.05);
      long value = (long) (2e9 * Math.exp(0.9 * random.nextGaussian()));
      boolean isLate = late >= 0 && value > late;
      hedged += isLate ? 1 : 0;
      window.record(
          isLate && random.nextBoolean() ? Math.min(value, late + 1_000_000_000L) : value);
    }
    assertThat((double) hedged / attempts).isBetween(0.03, 0.06);
  }
}
