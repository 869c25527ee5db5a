package io.github.resilientllm.test.time;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of a model, as something to draw from: one of those around an instant, so that a
 * third of failures stays a third, and is not the fate of whoever asks next.
 */
final class Observations {
  private static final List<Duration> AROUND =
      List.of(Duration.ofMinutes(1), Duration.ofMinutes(15));

  private final List<Observation> all;
  private final List<Observation> answered;

  Observations(List<Observation> all) {
    this.all = all.stream().sorted(Comparator.comparing(Observation::at)).toList();
    this.answered = this.all.stream().filter(seen -> seen.error() == null).toList();
  }

  /** One from around that instant; null if nothing was seen for a quarter of an hour. */
  @Nullable Observation around(Duration now, RandomGenerator random) {
    for (Duration distance : AROUND) {
      int from = place(now.minus(distance));
      int until = place(now.plus(distance));
      if (from < until) {
        return all.get(from + random.nextInt(until - from));
      }
    }
    return null;
  }

  /** Any answer; null if there was none. */
  @Nullable Observation anyAnswer(RandomGenerator random) {
    return answered.isEmpty() ? null : answered.get(random.nextInt(answered.size()));
  }

  /** How many came before that instant. */
  private int place(Duration instant) {
    int low = 0;
    int high = all.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (all.get(middle).at().compareTo(instant) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
