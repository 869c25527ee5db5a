package io.github.resilientllm.examples.drill;

import io.github.resilientllm.test.vendor.Prose;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * One call that a caller is going to make.
 *
 * @param at when, in seconds after the start
 * @param question what is asked
 * @param streaming whether the answer is to be streamed
 */
record Ask(double at, String question, boolean streaming) {
  /**
   * Enough for a stream that can be cut in its middle, little enough to be answered in a moment.
   */
  private static final int WORDS = 14;

  private static final List<String> SUBJECTS =
      List.of("delivery", "invoices", "refunds", "passwords", "shipping", "warranties", "returns");

  /** Every call of every caller, by time. Half of them are streamed. */
  static List<Ask> timetable(Settings settings) {
    double end = settings.length().toNanos() / 1e9;
    double mean = (double) settings.callers() / settings.callsPerSecond();
    List<Ask> all = new ArrayList<>();
    for (int caller = 0; caller < settings.callers(); caller++) {
      Random random = new Random(settings.seed() * 1009 + caller);
      double at = mean * random.nextDouble();
      while (at < end) {
        String subject = SUBJECTS.get(random.nextInt(SUBJECTS.size()));
        String question = "Caller " + caller + " asks about " + subject + " no. " + all.size();
        all.add(new Ask(at, question, random.nextBoolean()));
        at += mean * (0.5 + random.nextDouble());
      }
    }
    all.sort(Comparator.comparingDouble(Ask::at));
    return all;
  }

  /** What the vendors answer to it, word for word: whoever shows less has lost something. */
  String wholeAnswer() {
    return answer(question, 1);
  }

  /** What a vendor answers. */
  static String answer(String question, int turn) {
    return Prose.about(question, turn, WORDS);
  }
}
