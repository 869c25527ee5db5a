package io.github.resilientllm.examples.drill;

import io.github.resilientllm.examples.plot.Markup;
import io.github.resilientllm.examples.plot.Scale;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** The report of a drill: one HTML page that needs nothing else, on a screen, a phone or paper. */
final class Report {
  private final Outcome outcome;
  private final Markup page = new Markup();

  private Report(Outcome outcome) {
    this.outcome = outcome;
  }

  /** Writes the page. */
  static String of(Outcome outcome) throws IOException {
    Report report = new Report(outcome);
    report.write();
    return report.page.toString();
  }

  private void write() throws IOException {
    page.raw("<!DOCTYPE html>\n").open("html", "lang", "en");
    page.open("head").empty("meta", "charset", "utf-8");
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.empty("meta", "name", "color-scheme", "content", "light dark");
    page.element("title", "One outage, two clients: a drill of resilient-llm");
    page.open("style").raw(resource("report.css")).close().close();
    page.open("body").raw(resource("patterns.svg")).open("main");
    header();
    cards();
    promises();
    story();
    page.element("h2", "What happened, second by second");
    new Charts(outcome).write(page);
    table();
    howToRead();
    footer();
    page.close().close().close();
  }

  private void header() {
    page.open("header");
    page.element("p", "resilient-llm drill", "class", "eyebrow");
    page.element("h1", "One outage, two clients");
    page.element("p", outcome.verdict(), "class", "lead");
    page.close();
  }

  private void cards() {
    page.open("section", "class", "cards", "aria-label", "The run in four figures");
    Run.Figures bare = outcome.bare().all();
    Run.Figures resilient = outcome.resilient().all();
    card(
        "answered whole",
        Outcome.percent(resilient.answeredPercent()),
        Outcome.percent(bare.answeredPercent()));
    card("cut silently", SummaryTable.count(resilient.cut()), SummaryTable.count(bare.cut()));
    card("99 of 100 end within", Scale.seconds(resilient.p99()), Scale.seconds(bare.p99()));
    card("requests per call to the sick vendor", ratio(resilient), ratio(bare));
    page.close();
  }

  private void card(String what, String resilient, String bare) {
    page.open("div", "class", "card").element("h2", what);
    page.open("dl");
    page.element("dt", "resilient-llm").element("dd", resilient, "class", "resilient");
    page.element("dt", "bare client").element("dd", bare, "class", "bare");
    page.close().close();
  }

  private void promises() {
    page.open("section", "aria-labelledby", "promises");
    page.element("h2", "What resilient-llm promises", "id", "promises");
    page.open("ul", "class", "promises");
    for (Outcome.Promise promise : outcome.promises()) {
      page.open("li", "class", promise.kept() ? "kept" : "broken");
      page.element("strong", promise.kept() ? "\u2713 kept" : "\u2717 broken");
      page.text(" " + promise.text() + " ");
      page.element("span", "(" + promise.measured() + ")", "class", "measured").close();
    }
    page.close().close();
  }

  private void story() {
    page.open("section", "aria-labelledby", "story");
    page.element("h2", "What the primary vendor did", "id", "story");
    page.open("ol", "class", "story");
    for (Phase phase : Phase.ALL) {
      page.open("li", "class", phase.isSick() ? "sick" : "well");
      page.element("strong", phase.label()).text(" " + phase.story()).close();
    }
    page.close();
    page.element(
        "p",
        "Each phase lasted "
            + Scale.seconds(outcome.settings().phase().toMillis() / 1e3)
            + ". The fallback vendor was healthy throughout.");
    page.close();
  }

  private void table() {
    page.open("section", "aria-labelledby", "table");
    page.element("h2", "Phase by phase", "id", "table");
    page.open(
        "div", "class", "scroll", "tabindex", "0", "role", "region", "aria-labelledby", "table");
    page.open("table").open("thead").open("tr");
    for (String head : SummaryTable.HEADS) {
      page.element("th", head, "scope", "col");
    }
    page.close().close().open("tbody");
    String before = "";
    for (List<String> row : SummaryTable.rows(outcome)) {
      boolean first = !row.get(0).equals(before);
      before = row.get(0);
      page.open("tr", "class", first ? "first" : "second");
      if (first) {
        page.element("th", row.get(0), "scope", "rowgroup", "rowspan", outcome.runs().size());
      }
      for (String cell : row.subList(1, row.size())) {
        page.element("td", cell);
      }
      page.close();
    }
    page.close().close().close();
    page.element(
        "p",
        "cut: less than the whole answer, passed off as a success. failed: an error, so that the "
            + "caller knows. p50, p99: time until half, and until 99 of 100, of the calls had ended. "
            + "requests: sent to the primary vendor, per call.",
        "class",
        "note");
    page.close();
  }

  private void howToRead() {
    Settings settings = outcome.settings();
    page.open("section", "aria-labelledby", "read");
    page.element("h2", "How to read this", "id", "read");
    page.element(
        "p",
        "The same calls at the same times went through both clients, side by side, each against a "
            + "primary vendor of its own. Calls begin by a timetable, "
            + settings.callsPerSecond()
            + " a second, whether earlier ones have ended or not. Half of them are streamed. A call "
            + "belongs to the phase in which it began. The vendors' answers are known word for word, "
            + "so an answer that ends early is found out even if the client took it for complete. "
            + "Where the times of both clients jump together, this machine was busy.");
    page.element(
        "p",
        String.format(
            Locale.ROOT,
            "An outage of hours is played in %s, so the clocks are scaled with it. Both clients give "
                + "an attempt %s. The bare client retries three times, %s apart. resilient-llm has a "
                + "deadline of %s a call, up to three attempts a target, a retry budget, and a breaker "
                + "that stays open for %s; the rest are its defaults.",
            Scale.seconds(settings.length().toMillis() / 1e3),
            Scale.seconds(settings.attempt().toMillis() / 1e3),
            Scale.seconds(settings.pause().toMillis() / 1e3),
            Scale.seconds(settings.deadline().toMillis() / 1e3),
            Scale.seconds(settings.breakerOpen().toMillis() / 1e3)));
    page.close();
  }

  private void footer() {
    Settings settings = outcome.settings();
    String command =
        "drill --seed %d --seconds-per-phase %s --callers %d"
            .formatted(settings.seed(), settings.phase().toMillis() / 1e3, settings.callers());
    page.open("footer").open("p").text("Measured on this machine by ");
    page.element("code", command);
    page.text("on Java " + Runtime.version().feature() + ".").close().close();
  }

  private static String ratio(Run.Figures figures) {
    return String.format(Locale.ROOT, "%.2f", figures.requestsPerCall());
  }

  static String resource(String name) throws IOException {
    try (InputStream in = Report.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("The program lacks its file " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
