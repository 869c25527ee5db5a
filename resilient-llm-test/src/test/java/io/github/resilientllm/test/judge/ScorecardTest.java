package io.github.resilientllm.test.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the scorecard says of our client, of a plain one, and of one that is not there. */
class ScorecardTest {

  /** At a tenth of all times, the client's too. */
  @Test
  void oursAnswersEveryFaultAsItShould() throws Exception {
    Scorecard card = Judge.inFull().paced(0.1).play(Scenarios.all(), Ours.subject());
    assertThat(card.cells()).hasSize(34);
    // At a tenth a busy machine can look like a slow client: what it failed is heard again, alone.
    for (Cell cell : card.cells()) {
      if (cell.verdict() != Verdict.PASS) {
        Scorecard again = Judge.inFull().paced(0.1).play(List.of(cell.scenario()), Ours.subject());
        assertThat(again.passed()).as(card + "\n" + again).isEqualTo(1);
      }
    }
  }

  @Test
  @Tag("full")
  void oursAnswersEveryFaultAsItShouldInFull() throws Exception {
    Scorecard card = Judge.inFull().play(Scenarios.all(), Ours.subject());
    System.out.println(card);
    assertThat(card.passed()).as(card.toString()).isEqualTo(34);
  }

  @Test
  void aPlainClientIsShownForWhatItIs() throws Exception {
    List<Scenario> quick =
        Scenarios.all().stream()
            .filter(scenario -> !List.of("06", "09", "15", "T09").contains(scenario.id()))
            .toList();
    // Its time-out is not shortened with the faults: a busy machine must not look like one.
    Subject plain =
        Subject.of(
            "plain",
            setting ->
                PlainClient.trusting(
                    setting.first().baseUrl(), "m", Setting.KEY, Duration.ofSeconds(4)));
    Scorecard card = Judge.inFull().paced(0.03).play(quick, plain);
    assertThat(card.cell("T01").verdict()).isEqualTo(Verdict.FAIL);
    assertThat(card.cell("T01").sentence()).contains("the first 3 of 60 words");
    assertThat(card.cell("T08").sentence()).contains("it did not end by itself");
    assertThat(card.cell("04").verdict()).isEqualTo(Verdict.SAFE);
    assertThat(card.cell("01").sentence()).isEqualTo("it ended with an error: IOException");
    assertThat(card.cell("T06").verdict()).isEqualTo(Verdict.PASS); // null is no error
    assertThat(card.cell("T11").verdict()).isEqualTo(Verdict.PASS); // it never retries
    assertThat(card.cells()).extracting(Cell::verdict).doesNotContain(Verdict.NOT_REACHED);
  }

  @Test
  void whoWaitsAsToldAndOutOfTimeIsNotSaidToHaveNotWaited() throws Exception {
    Subject obedient =
        Subject.of(
            "obedient",
            setting -> {
              PlainClient plain =
                  PlainClient.trusting(
                      setting.first().baseUrl(), "m", Setting.KEY, Duration.ofSeconds(4));
              return (question, streaming) -> {
                try {
                  return plain.ask(question, streaming);
                } catch (IOException limited) {
                  TimeUnit.NANOSECONDS.sleep(setting.scaled(Duration.ofSeconds(31)).toNanos());
                  return plain.ask(question, streaming);
                }
              };
            });
    Cell cell =
        Judge.inFull()
            .paced(0.03)
            .play(Scenarios.faultTable().subList(12, 13), obedient)
            .cell("T13");
    assertThat(cell.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(cell.sentence()).matches("it took [0-9.]+ s");
  }

  /** The honesty of the kit: no fault lets everybody pass. */
  @Test
  void eachFaultHasAClientThatItFails() throws Exception {
    Subject swallowing = Subject.of("swallowing", SwallowingClient::new);
    assertThat(cells(swallowing))
        .allSatisfy(
            cell ->
                assertThat(cell.verdict())
                    .as(cell.scenario() + ": " + cell.sentence())
                    .isNotIn(Verdict.PASS, Verdict.NOT_REACHED));
  }

  @Test
  void aClientThatAsksNobodyIsNotJudged() throws Exception {
    Subject absent = Subject.of("absent", setting -> (question, streaming) -> Said.text("a-1"));
    assertThat(cells(absent)).allMatch(cell -> cell.verdict() == Verdict.NOT_REACHED);
  }

  /** All of them; the outage of a minute takes a third of a second. */
  private static List<Cell> cells(Subject subject) throws Exception {
    Predicate<Scenario> isTheMinute = scenario -> scenario.id().equals("15");
    List<Scenario> all = Scenarios.all();
    List<Cell> cells = new ArrayList<>();
    cells.addAll(
        Judge.inFull()
            .paced(0.03)
            .play(all.stream().filter(isTheMinute.negate()).toList(), subject)
            .cells());
    cells.addAll(
        Judge.inFull()
            .paced(0.005)
            .play(all.stream().filter(isTheMinute).toList(), subject)
            .cells());
    assertThat(cells).hasSize(34);
    return cells;
  }

  @Test
  void thePageHasATimelineOfEachCell() throws Exception {
    List<Scenario> two = Scenarios.sixteenFaults().subList(3, 5);
    Scorecard ours = Judge.inFull().paced(0.1).play(two, Ours.subject());
    String page = Scorecard.html(List.of(ours));
    assertThat(page).contains("<svg", "<rect class=\"failed\"", "503 for ever", "2 of 2");
    assertThat(Scorecard.table(List.of(Scorecard.ofLines(ours.lines()))))
        .isEqualTo(ours.toString());
    assertThatThrownBy(() -> Scorecard.ofLines(List.of("ours\t99\tPASS\t")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"99\"");
    assertThat(Scorecard.table(List.of(ours))).contains("| 04 | 503 for ever | pass |");
    assertThat(page).contains(">attempts</text>", "b: answered", "a: OVERLOADED");
    Scorecard other = Scorecard.ofLines(List.of("other\t04\tSAFE\t"));
    assertThat(Scorecard.table(List.of(ours, other))).contains("| pass | – |", "| 0 of 1 |");
    assertThat(Scorecard.html(List.of(ours, other))).contains("<td>–</td>");
  }

  @Test
  void aPaceThatIsNoneIsRefused() {
    assertThatThrownBy(() -> Judge.inFull().paced(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.0");
  }
}
