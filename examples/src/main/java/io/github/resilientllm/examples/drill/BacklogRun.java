package io.github.resilientllm.examples.drill;

import java.util.ArrayList;
import java.util.List;

/**
 * What came of one way to work off a backlog. All times are seconds after the start.
 *
 * @param name of the way
 * @param requests when each reached the vendor, by whomever
 * @param forJobs those of them that were for jobs
 * @param refused when the vendor refused one for want of room
 * @param submitted when each job came, by its number
 * @param done the jobs that came through, in their order
 * @param live the calls that somebody waited for
 */
record BacklogRun(
    String name,
    List<Double> requests,
    List<Double> forJobs,
    List<Double> refused,
    List<Double> submitted,
    List<Done> done,
    List<Live> live) {

  /** A job that came through. */
  record Done(int job, double at) {}

  /** A call that somebody waited for. */
  record Live(double at, double seconds, boolean isAnswered) {}

  /** Jobs that have come and are not done. */
  int waiting(double at) {
    long come = submitted.stream().filter(when -> when <= at).count();
    return (int) (come - done.stream().filter(job -> job.at() <= at).count());
  }

  /** The same at the end. */
  int lost() {
    return waiting(Double.POSITIVE_INFINITY);
  }

  long requests(double from, double to) {
    return count(requests, from, to);
  }

  long forJobs(double from, double to) {
    return count(forJobs, from, to);
  }

  long refused(double from, double to) {
    return count(refused, from, to);
  }

  private static long count(List<Double> all, double from, double to) {
    return all.stream().filter(at -> at >= from && at < to).count();
  }

  /** The share of the requests since then that were refused with 429, in percent. */
  double refusedPercent(double since) {
    double all = requests(since, Double.POSITIVE_INFINITY);
    return 100 * refused(since, Double.POSITIVE_INFINITY) / all;
  }

  /**
   * The seconds within which 99 of 100 live calls ended, answered or not; NaN if there were none.
   */
  double liveP99(double from, double to) {
    List<Double> seconds = new ArrayList<>();
    for (Live call : live) {
      if (call.at() >= from && call.at() < to) {
        seconds.add(call.seconds());
      }
    }
    return Percentile.of(99, seconds);
  }

  double liveAnsweredPercent(double since) {
    List<Live> calls = live.stream().filter(call -> call.at() >= since).toList();
    return 100.0 * calls.stream().filter(Live::isAnswered).count() / calls.size();
  }

  /** The places in which critical jobs came through, from 1. */
  List<Integer> criticalPlaces(BacklogSettings settings) {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < done.size(); i++) {
      if (settings.isCritical(done.get(i).job())) {
        places.add(i + 1);
      }
    }
    return places;
  }
}
