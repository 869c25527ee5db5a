package io.github.resilientllm.test.judge;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A page of scorecards; one use. */
final class ScorecardPage {
  private static final int WIDTH = 640;
  private static final int LANE = 26;
  private static final int LABEL = 60;
  private static final String STYLE =
      """
      body{font:15px/1.4 system-ui,sans-serif;margin:2rem;color:#222;background:#fff}
      table{border-collapse:collapse}td,th{padding:.3rem .6rem;border:1px solid #ddd;text-align:left;vertical-align:top}
      .pass{background:#e3f4e4}.partial{background:#fff6d6}.safe{background:#e7eefb}.fail{background:#fbe0de}
      .not_reached{background:#eee}summary{cursor:pointer}svg{display:block;margin:.4rem 0}
      rect.well{fill:#3a8f4d}rect.failed{fill:#c4473c}rect.left{fill:#9a9a9a}text{font:11px system-ui,sans-serif;fill:#444}
      """;

  private final StringBuilder out = new StringBuilder(64 << 10);

  ScorecardPage(List<Scorecard> cards) {
    out.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>");
    out.append("<title>Scorecard</title><style>").append(STYLE).append("</style></head><body>");
    out.append("<h1>Scorecard</h1><table><thead><tr><th></th><th>Fault</th>");
    for (Scorecard card : cards) {
      element("th", card.subject() + ", " + card.passed() + " of " + card.cells().size());
    }
    out.append("</tr></thead><tbody>");
    List<Cell> first = cards.isEmpty() ? List.of() : cards.get(0).cells();
    for (Cell row : first) {
      out.append("<tr>");
      element("td", row.scenario().id());
      element("td", row.scenario().title());
      cards.forEach(card -> cell(card.cell(row.scenario().id())));
      out.append("</tr>\n");
    }
    out.append("</tbody></table></body></html>\n");
  }

  private void cell(Cell cell) {
    String style = cell.verdict().name().toLowerCase(Locale.ROOT);
    out.append("<td class=\"").append(style).append("\"><details><summary>");
    text(Scorecard.word(cell.verdict()));
    out.append("</summary>");
    if (!cell.sentence().isEmpty()) {
      element("p", cell.sentence());
    }
    cell.fault().forEach(fault -> element("p", fault));
    timeline(cell.bars());
    out.append("</details></td>");
  }

  /** A lane for the client, and one for each vendor. */
  private void timeline(List<Cell.Bar> bars) {
    Map<String, List<Cell.Bar>> lanes = new LinkedHashMap<>();
    Duration end = Duration.ofMillis(1);
    for (Cell.Bar bar : bars) {
      lanes.computeIfAbsent(bar.lane(), lane -> new ArrayList<>()).add(bar);
      Duration until = bar.from().plus(bar.lasted());
      end = until.compareTo(end) > 0 ? until : end;
    }
    double perNano = (WIDTH - LABEL) / (double) end.toNanos();
    int height = lanes.size() * LANE + 16;
    out.append(
        String.format(
            Locale.ROOT,
            "<svg role=\"img\" aria-label=\"timeline\" width=\"%d\" height=\"%d\">",
            WIDTH,
            height));
    int top = 2;
    for (Map.Entry<String, List<Cell.Bar>> lane : lanes.entrySet()) {
      label(0, top + 15, lane.getKey());
      for (Cell.Bar bar : lane.getValue()) {
        double from = LABEL + bar.from().toNanos() * perNano;
        double width = Math.max(2, bar.lasted().toNanos() * perNano);
        out.append(
            String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"><title>",
                bar.state(),
                from,
                top,
                width,
                LANE - 6));
        text(bar.label() + ", from " + Stage.seconds(bar.from()));
        out.append("</title></rect>");
      }
      top += LANE;
    }
    label(LABEL, top + 10, "0");
    label(WIDTH - 50, top + 10, Stage.seconds(end));
    out.append("</svg>");
  }

  private void label(int x, int y, String label) {
    out.append("<text x=\"").append(x).append("\" y=\"").append(y).append("\">");
    text(label);
    out.append("</text>");
  }

  private void element(String name, String text) {
    out.append('<').append(name).append('>');
    text(text);
    out.append("</").append(name).append('>');
  }

  private void text(String text) {
    out.append(
        text.replace("&", "&amp;")
            .replace("<", "&lt;")
            .replace(">", "&gt;")
            .replace("\"", "&quot;"));
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
