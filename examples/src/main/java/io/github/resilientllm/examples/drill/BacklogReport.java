package io.github.resilientllm.examples.drill;

import io.github.resilientllm.examples.plot.Band;
import io.github.resilientllm.examples.plot.Figure;
import io.github.resilientllm.examples.plot.LanePlot;
import io.github.resilientllm.examples.plot.LinePlot;
import io.github.resilientllm.examples.plot.Markup;
import io.github.resilientllm.examples.plot.Scale;
import io.github.resilientllm.examples.plot.Series;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleBiFunction;

/** The report of the second act: one HTML page that needs nothing else. */
final class BacklogReport {
  private static final double HEIGHT = 190;
  private static final int SLICES = 100;
  private static final List<String> STYLES = List.of("bare", "resilient");

  /** The narrowest that a job is drawn in its lane, as a share of the lane. */
  private static final double JOB = 1 / 400.0;

  private final BacklogOutcome outcome;
  private final BacklogSettings settings;
  private final Markup page = new Markup();
  private final List<Band> bands;
  private final double slice;

  private BacklogReport(BacklogOutcome outcome) {
    this.outcome = outcome;
    this.settings = outcome.settings();
    double before = BacklogSettings.down();
    double back = settings.back();
    double end = settings.end();
    this.bands =
        List.of(
            new Band(0, before, "well", "", false),
            new Band(before, back, "no answers", "no answers", true),
            new Band(back, end, "little room", "back", false));
    this.slice = end / SLICES;
  }

  /** Writes the page. */
  static String of(BacklogOutcome outcome) throws IOException {
    BacklogReport report = new BacklogReport(outcome);
    report.write();
    return report.page.toString();
  }

  private void write() throws IOException {
    page.raw("<!DOCTYPE html>\n").open("html", "lang", "en");
    page.open("head").empty("meta", "charset", "utf-8");
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.empty("meta", "name", "color-scheme", "content", "light dark");
    page.element("title", "Work that waits: the second act of a drill of resilient-llm");
    page.open("style").raw(Report.resource("report.css")).close().close();
    page.open("body").raw(Report.resource("patterns.svg")).open("main");
    page.element("p", "resilient-llm drill, second act", "class", "eyebrow");
    page.element("h1", "Work that waits out an outage");
    page.element("p", outcome.verdict(), "class", "lead");
    promises();
    table();
    page.element("h2", "What happened");
    charts();
    howToRead();
    page.close().close().close();
  }

  private void promises() {
    page.open("ul", "class", "promises");
    for (Outcome.Promise promise : outcome.promises()) {
      page.open("li", "class", promise.kept() ? "kept" : "broken");
      page.element("strong", promise.kept() ? "\u2713 kept" : "\u2717 broken");
      page.text(" " + promise.text() + " ");
      page.element("span", "(" + promise.measured() + ")", "class", "measured").close();
    }
    page.close();
  }

  private void table() {
    page.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Figures");
    page.open("table").open("thead").open("tr");
    for (String head : List.of("", outcome.loops().name(), outcome.outbox().name())) {
      page.element("th", head, "scope", "col");
    }
    page.close().close().open("tbody");
    for (BacklogOutcome.Row row : outcome.rows()) {
      page.open("tr").element("th", row.what(), "scope", "row");
      page.element("td", row.loops()).element("td", row.outbox()).close();
    }
    page.close().close().close();
  }

  private void charts() {
    chart("waiting", "Jobs that wait", "Jobs that have come and are not done.", this::waiting);
    chart(
        "load",
        "Requests per second at the vendor",
        "All that arrive: jobs, live calls, their retries and probes.",
        (run, from) -> run.requests(from, from + slice) / slice);
    chart(
        "refused",
        "429s per second",
        "Requests that the vendor refuses for want of room.",
        (run, from) -> run.refused(from, from + slice) / slice);
    chart(
        "live",
        "Live calls: time until 99 of 100 have ended",
        "Answered or not: one that fails at once, with the breaker open, is fast here. On a logarithmic scale.",
        (run, from) -> run.liveP99(from, from + slice));
    order();
  }

  private double waiting(BacklogRun run, double from) {
    return run.waiting(from + slice / 2);
  }

  private void chart(
      String id, String title, String caption, ToDoubleBiFunction<BacklogRun, Double> value) {
    List<Series> lines = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      BacklogRun run = List.of(outcome.loops(), outcome.outbox()).get(i);
      List<Series.Point> points = new ArrayList<>();
      for (int at = 0; at < SLICES; at++) {
        double from = at * slice;
        points.add(new Series.Point(from + slice / 2, value.applyAsDouble(run, from)));
      }
      lines.add(new Series(run.name(), STYLES.get(i), points));
    }
    Scale scale =
        id.equals("live")
            ? Scale.logSeconds(Series.smallest(lines), Series.largest(lines))
            : Scale.fromZero(Series.largest(lines));
    new Figure(id, title, caption, lines.stream().map(Figure.Legend::of).toList())
        .write(page, bands, HEIGHT, new LinePlot(scale, lines));
  }

  /** When jobs came through after the outage, the critical ones set off. */
  private void order() {
    double back = settings.back();
    double end =
        Math.max(
            BacklogOutcome.lastDone(outcome.loops()), BacklogOutcome.lastDone(outcome.outbox()));
    double length = Math.max(1, end - back);
    List<LanePlot.Lane> lanes = new ArrayList<>();
    for (BacklogRun run : List.of(outcome.loops(), outcome.outbox())) {
      List<LanePlot.Stretch> stretches = new ArrayList<>();
      double from = run.done().isEmpty() ? 0 : run.done().get(0).at() - back;
      stretches.add(
          new LanePlot.Stretch(
              from, BacklogOutcome.lastDone(run) - back, "state closed", "jobs are done"));
      for (BacklogRun.Done job : run.done()) {
        if (settings.isCritical(job.job())) {
          double at = job.at() - back;
          stretches.add(
              new LanePlot.Stretch(at, at + length * JOB, "state half-open", "a critical job"));
        }
      }
      lanes.add(new LanePlot.Lane(run.name().replace("retry ", ""), stretches));
    }
    new Figure(
            "order",
            "When the critical ones came through",
            "From the first job that is done after the outage to the last one; the marks are the critical ones.",
            List.of(
                new Figure.Legend("jobs are done", "state closed", true),
                new Figure.Legend("a critical one", "state half-open", true)))
        .write(
            page,
            List.of(new Band(0, length, "", "", false)),
            "the end of the outage",
            84,
            new LanePlot(lanes));
  }

  private void howToRead() {
    page.element("h2", "How to read this");
    page.element(
        "p",
        "%s jobs came evenly in an outage of %s, one in fifty of them critical. The vendor then takes %d requests a second, of which live calls use %s. The loops try each job until it is done, with a pause that doubles from one second to a minute and is jittered. The outbox is one by its defaults. Live calls are made by resilient-llm in both runs. Time is virtual, and only threads wait in it: the engine, the outbox and its files are the real ones. The same by "
            .formatted(
                BacklogOutcome.count(settings.jobs()),
                Scale.seconds((double) settings.outage().toSeconds()),
                settings.limit(),
                Scale.number(settings.livePerSecond())));
    page.open("footer").open("p");
    page.element(
        "code",
        "backlog --seed %d --minutes %d --jobs %d --limit %d"
            .formatted(
                settings.seed(), settings.outage().toMinutes(), settings.jobs(), settings.limit()));
    page.close().close();
  }
}
