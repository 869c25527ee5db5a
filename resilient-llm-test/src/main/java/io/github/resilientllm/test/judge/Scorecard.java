package io.github.resilientllm.test.judge;

import io.github.resilientllm.test.Timeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a set of scenarios showed of one client.
 *
 * @param subject the client's name
 * @param cells a verdict for each scenario, in their order
 */
public record Scorecard(String subject, List<Cell> cells) {
  /** Copies the cells. */
  public Scorecard {
    cells = List.copyOf(cells);
  }

  /** How many scenarios passed. */
  public int passed() {
    return (int) cells.stream().filter(cell -> cell.verdict() == Verdict.PASS).count();
  }

  /** The verdict on the scenario of that id. */
  public Cell cell(String id) {
    return find(id)
        .orElseThrow(() -> new IllegalArgumentException("There is no scenario \"" + id + "\""));
  }

  /**
   * The same; empty if the scenario was not played, as one that is not of the client's protocol.
   */
  Optional<Cell> find(String id) {
    return cells.stream().filter(cell -> cell.scenario().id().equals(id)).findFirst();
  }

  /** The verdicts as lines, for a table that is made elsewhere; without what happened. */
  public List<String> lines() {
    return cells.stream()
        .map(
            cell ->
                String.join(
                    "\t",
                    subject,
                    cell.scenario().id(),
                    cell.verdict().name(),
                    cell.sentence().replaceAll("\\s", " ")))
        .toList();
  }

  /**
   * Reads {@link #lines}.
   *
   * @throws IllegalArgumentException if they are none
   */
  public static Scorecard ofLines(List<String> lines) {
    List<Cell> cells = new ArrayList<>();
    String subject = "";
    for (String line : lines) {
      String[] fields = line.split("\t", -1);
      if (fields.length != 4) {
        throw new IllegalArgumentException(
            "A verdict has 4 fields between tabs, not " + fields.length);
      }
      subject = fields[0];
      Scenario scenario =
          Scenarios.all().stream()
              .filter(each -> each.id().equals(fields[1]))
              .findFirst()
              .orElseThrow(
                  () -> new IllegalArgumentException("There is no scenario \"" + fields[1] + "\""));
      Verdict verdict = Verdict.valueOf(fields[2]);
      cells.add(new Cell(scenario, verdict, fields[3], List.of(), Timeline.empty()));
    }
    return new Scorecard(subject, cells);
  }

  /** A page with the scorecards side by side, and a timeline of each cell. */
  public static String html(List<Scorecard> cards) {
    return new ScorecardPage(cards).toString();
  }

  /**
   * The scorecards side by side, as a table of Markdown; the first one's scenarios are the rows.
   */
  public static String table(List<Scorecard> cards) {
    StringBuilder table = new StringBuilder(4096);
    table.append("| | Fault |");
    cards.forEach(card -> table.append(' ').append(card.subject()).append(" |"));
    table.append("\n|---|---|").append("---|".repeat(cards.size())).append('\n');
    List<Cell> first = cards.isEmpty() ? List.of() : cards.get(0).cells();
    for (Cell row : first) {
      Scenario scenario = row.scenario();
      table.append("| ").append(scenario.id()).append(" | ").append(scenario.title()).append(" |");
      for (Scorecard card : cards) {
        table.append(' ').append(card.find(scenario.id()).map(Scorecard::words).orElse("–"));
        table.append(" |");
      }
      table.append('\n');
    }
    table.append("| | passed |");
    for (Scorecard card : cards) {
      table.append(' ').append(card.passed()).append(" of ").append(card.cells().size());
      table.append(" |");
    }
    return table.append('\n').toString();
  }

  private static String words(Cell cell) {
    String what = cell.sentence().isEmpty() ? "" : ": " + cell.sentence();
    return word(cell.verdict()) + what.replace("|", "/");
  }

  /** How a verdict is shown. */
  static String word(Verdict verdict) {
    return switch (verdict) {
      case PASS -> "pass";
      case PARTIAL -> "partial";
      case SAFE -> "safe";
      case FAIL -> "FAIL";
      case NOT_REACHED -> "not reached";
    };
  }

  /** The table of this one alone. */
  @Override
  public String toString() {
    return table(List.of(this));
  }
}
