package io.github.resilientllm.examples.drill;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of one client's run.
 *
 * @param client its name
 */
record Run(
    String client,
    List<Ledger.Call> calls,
    List<Ledger.Arrival> arrivals,
    List<Ledger.Turn> turns) {

  /**
   * A part of a run in numbers.
   *
   * @param calls how many calls began in it
   * @param whole how many of them were answered whole
   * @param cut how many got less than the whole answer, as a success
   * @param p50 the time in seconds until half of the calls had ended, well or not; NaN without
   *     calls
   * @param p99 the same for 99 of 100
   * @param longest the same for all of them
   * @param requestsPerCall requests that reached the primary vendor in this time, per call that
   *     began in it; NaN without calls
   * @param answers how many whole answers each target gave
   */
  record Figures(
      int calls,
      int whole,
      int cut,
      double p50,
      double p99,
      double longest,
      double requestsPerCall,
      Map<String, Integer> answers) {

    /** In percent; NaN without calls. */
    double answeredPercent() {
      return calls == 0 ? Double.NaN : 100.0 * whole / calls;
    }

    int failed() {
      return calls - whole - cut;
    }
  }

  /** What happened from one time to another, in seconds after the start. */
  Figures between(double from, double to) {
    int whole = 0;
    int cut = 0;
    List<Double> seconds = new ArrayList<>();
    Map<String, Integer> answers = new TreeMap<>();
    for (Ledger.Call call : calls) {
      if (call.at() < from || call.at() >= to) {
        continue;
      }
      seconds.add(call.seconds());
      if (call.result() == Ledger.Result.WHOLE) {
        whole++;
        answers.merge(call.by(), 1, Integer::sum);
      } else if (call.result() == Ledger.Result.CUT) {
        cut++;
      }
    }
    long requests = requests(Drill.PRIMARY, from, to);
    int all = seconds.size();
    return new Figures(
        all,
        whole,
        cut,
        Percentile.of(50, seconds),
        Percentile.of(99, seconds),
        Percentile.of(100, seconds),
        all == 0 ? Double.NaN : (double) requests / all,
        answers);
  }

  /** The calls that failed, oldest first, at most so many. */
  List<Ledger.Call> failures(int most) {
    return calls.stream()
        .filter(call -> call.result() == Ledger.Result.FAILED)
        .sorted(Comparator.comparingDouble(Ledger.Call::at))
        .limit(most)
        .toList();
  }

  /** The whole run. */
  Figures all() {
    return between(0, Double.POSITIVE_INFINITY);
  }

  /** How many requests reached a vendor in a time. */
  long requests(String vendor, double from, double to) {
    return arrivals.stream()
        .filter(a -> a.vendor().equals(vendor) && a.at() >= from && a.at() < to)
        .count();
  }
}
