package io.github.resilientllm.examples.drill;

import io.github.resilientllm.examples.plot.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The figures of a drill as rows of text, for the terminal and for the report. */
final class SummaryTable {
  /** The heads of the columns. */
  static final List<String> HEADS =
      List.of(
          "phase",
          "client",
          "calls",
          "answered",
          "cut",
          "failed",
          "p50",
          "p99",
          "requests",
          "answered by");

  private SummaryTable() {}

  /** Two rows for each phase and two for the whole, each with a cell for each head. */
  static List<List<String>> rows(Outcome outcome) {
    List<List<String>> rows = new ArrayList<>();
    for (Phase phase : Phase.ALL) {
      for (Run run : outcome.runs()) {
        String name = phase.number() + " " + phase.label();
        rows.add(row(name, run.client(), outcome.figures(run, phase)));
      }
    }
    for (Run run : outcome.runs()) {
      rows.add(row("all", run.client(), run.all()));
    }
    return rows;
  }

  /** All of it, in columns; a phase is named once. */
  static String text(Outcome outcome) {
    List<List<String>> rows = rows(outcome);
    int[] widths = HEADS.stream().mapToInt(String::length).toArray();
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder(4096);
    line(text, HEADS, widths, "");
    String before = "";
    for (List<String> row : rows) {
      line(text, row, widths, before);
      before = row.get(0);
    }
    return text.append("requests: sent to the primary vendor, per call\n").toString();
  }

  private static void line(StringBuilder text, List<String> cells, int[] widths, String before) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = i == 0 && cells.get(0).equals(before) ? "" : cells.get(i);
      String blanks = " ".repeat(widths[i] - cell.length());
      boolean number = i > 1 && i < widths.length - 1;
      line.append(number ? blanks + cell : cell + blanks).append("  ");
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  private static List<String> row(String phase, String client, Run.Figures figures) {
    return List.of(
        phase,
        client,
        count(figures.calls()),
        Outcome.percent(figures.answeredPercent()),
        count(figures.cut()),
        count(figures.failed()),
        seconds(figures.p50()),
        seconds(figures.p99()),
        Double.isNaN(figures.requestsPerCall())
            ? "-"
            : String.format(Locale.ROOT, "%.2f", figures.requestsPerCall()),
        answeredBy(figures.answers()));
  }

  /** With a comma between the thousands. */
  static String count(int calls) {
    return String.format(Locale.ROOT, "%,d", calls);
  }

  private static String seconds(double value) {
    return Double.isNaN(value) ? "-" : Scale.seconds(value);
  }

  private static String answeredBy(Map<String, Integer> answers) {
    int all = answers.values().stream().mapToInt(Integer::intValue).sum();
    if (all == 0) {
      return "nobody";
    }
    List<String> parts = new ArrayList<>();
    for (String target : List.of(Drill.PRIMARY, Drill.FALLBACK)) {
      int count = answers.getOrDefault(target, 0);
      if (count > 0) {
        parts.add(target + " " + Math.round(100.0 * count / all) + " %");
      }
    }
    return String.join(", ", parts);
  }
}
