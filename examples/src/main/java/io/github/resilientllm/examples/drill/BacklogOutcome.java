package io.github.resilientllm.examples.drill;

import io.github.resilientllm.examples.plot.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** What the second act showed: both runs, and whether the outbox kept what it promises. */
record BacklogOutcome(BacklogSettings settings, BacklogRun loops, BacklogRun outbox) {
  private static final double MOST_REFUSED_PERCENT = 1;

  /** As much slower live calls may be beside the drain. */
  private static final double MOST_SLOWER = 1.2;

  /** A row of the table: what it is, and both figures. */
  record Row(String what, String loops, String outbox) {}

  List<Row> rows() {
    double back = settings.back();
    return List.of(
        row("jobs done", run -> count(run.done().size())),
        row(
            "requests for jobs in the outage",
            run -> count(run.forJobs(BacklogSettings.down(), back))),
        row("429s among the requests after it", run -> Outcome.percent(run.refusedPercent(back))),
        row("the last job done, after the outage", run -> seconds(lastDone(run) - back)),
        row(
            "the last of %d critical jobs done, after it".formatted(settings.critical()),
            run -> seconds(lastCriticalDone(run) - back)),
        row("and in place", run -> "%d of %d".formatted(lastPlace(run), run.done().size())),
        row(
            "live calls answered, after the outage",
            run -> Outcome.percent(run.liveAnsweredPercent(back))),
        row(
            "99 of 100 of them end within",
            run -> seconds(run.liveP99(back, Double.POSITIVE_INFINITY))));
  }

  private Row row(String what, Function<BacklogRun, String> figure) {
    return new Row(what, figure.apply(loops), figure.apply(outbox));
  }

  /** The rows in columns. */
  String table() {
    List<Row> rows = new ArrayList<>(rows());
    rows.add(0, new Row("", loops.name(), outbox.name()));
    StringBuilder text = new StringBuilder();
    for (Row row : rows) {
      text.append("%-46s %14s %14s%n".formatted(row.what(), row.loops(), row.outbox()));
    }
    return text.toString();
  }

  /** Everything that an outbox promises for this. */
  List<Outcome.Promise> promises() {
    double back = settings.back();
    double refused = outbox.refusedPercent(back);
    double before = outbox.liveP99(0, BacklogSettings.down());
    double after = outbox.liveP99(back + 60, settings.end());
    // One place in twenty is for whoever has waited longest; and who tried in the outage is first.
    int most = settings.critical() + settings.critical() / 19 + 2;
    return List.of(
        new Outcome.Promise(
            "No job is lost", outbox.lost() == 0, count(outbox.done().size()) + " were done"),
        new Outcome.Promise(
            "The critical ones come first",
            lastPlace(outbox) <= most,
            "the last of %d came in place %d".formatted(settings.critical(), lastPlace(outbox))),
        new Outcome.Promise(
            "At most 1 % of the requests after the outage are refused with 429",
            refused <= MOST_REFUSED_PERCENT, Outcome.percent(refused)),
        new Outcome.Promise(
            "Live calls are no slower for it",
            after <= MOST_SLOWER * before,
            "99 of 100 end within %s, before the outage %s"
                .formatted(Scale.seconds(after), Scale.seconds(before))));
  }

  boolean isGood() {
    return promises().stream().allMatch(Outcome.Promise::kept);
  }

  String verdict() {
    double from = BacklogSettings.down();
    return "In the outage the loops sent %s requests for jobs to a vendor that could not answer, the outbox %s. Of the %d critical jobs the last one came in place %s with the loops, and in place %s with the outbox."
        .formatted(
            count(loops.forJobs(from, settings.back())),
            count(outbox.forJobs(from, settings.back())),
            settings.critical(),
            count(lastPlace(loops)),
            count(lastPlace(outbox)));
  }

  private int lastPlace(BacklogRun run) {
    List<Integer> places = run.criticalPlaces(settings);
    return places.isEmpty() ? 0 : places.get(places.size() - 1);
  }

  private double lastCriticalDone(BacklogRun run) {
    return run.done().isEmpty() ? Double.NaN : run.done().get(Math.max(0, lastPlace(run) - 1)).at();
  }

  static double lastDone(BacklogRun run) {
    return run.done().isEmpty() ? Double.NaN : run.done().get(run.done().size() - 1).at();
  }

  private static String seconds(double time) {
    return Double.isNaN(time) ? "-" : Scale.seconds(time);
  }

  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
