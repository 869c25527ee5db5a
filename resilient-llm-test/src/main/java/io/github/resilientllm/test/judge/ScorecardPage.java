package io.github.resilientllm.test.judge;

import io.github.resilientllm.test.Timeline;
import java.util.List;
import java.util.Locale;

/** A page of scorecards; one use. */
final class ScorecardPage {
  private static final String STYLE =
      """
      body{font:15px/1.4 system-ui,sans-serif;margin:2rem;color:#222;background:#fff}
      table{border-collapse:collapse}td,th{padding:.3rem .6rem;border:1px solid #ddd;text-align:left;vertical-align:top}
      .pass{background:#e3f4e4}.partial{background:#fff6d6}.safe{background:#e7eefb}.fail{background:#fbe0de}
      .not_reached{background:#eee}summary{cursor:pointer}
      """
          + Timeline.STYLE;

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
      for (Scorecard card : cards) {
        card.find(row.scenario().id()).ifPresentOrElse(this::cell, () -> element("td", "–"));
      }
      out.append("</tr>\n");
    }
    out.append("</tbody></table></body></html>\n");
  }

  private void cell(Cell cell) {
    String style = cell.verdict().name().toLowerCase(Locale.ROOT);
    out.append("<td class=\"").append(style).append("\"><details><summary>");
    out.append(Timeline.escaped(Scorecard.word(cell.verdict())));
    out.append("</summary>");
    if (!cell.sentence().isEmpty()) {
      element("p", cell.sentence());
    }
    cell.fault().forEach(fault -> element("p", fault));
    out.append(cell.timeline().svg());
    out.append("</details></td>");
  }

  private void element(String name, String text) {
    out.append('<').append(name).append('>');
    out.append(Timeline.escaped(text));
    out.append("</").append(name).append('>');
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
