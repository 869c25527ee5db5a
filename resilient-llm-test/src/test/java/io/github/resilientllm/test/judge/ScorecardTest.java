package io.github.resilientllm.test.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
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
    Scorecard card = Judge.inFull().paced(0.03).play(quick, PlainClient.subject());
    assertThat(card.cell("T01").verdict()).isEqualTo(Verdict.FAIL);
    assertThat(card.cell("T01").sentence()).contains("the first 3 of 60 words");
    assertThat(card.cell("T08").sentence()).contains("it did not end by itself");
    assertThat(card.cell("04").verdict()).isEqualTo(Verdict.SAFE);
    assertThat(card.cell("T06").verdict()).isEqualTo(Verdict.PASS); // null is no error
    assertThat(card.cell("T11").verdict()).isEqualTo(Verdict.PASS); // it never retries
    assertThat(card.cells()).noneMatch(cell -> cell.verdict() == Verdict.NOT_REACHED);
  }

  @Test
  void aClientThatAsksNobodyIsNotJudged() throws Exception {
    Subject absent = Subject.of("absent", setting -> (question, streaming) -> Said.text("a-1"));
    Scorecard card =
        Judge.inFull().paced(0.1).play(Scenarios.sixteenFaults().subList(0, 3), absent);
    assertThat(card.cells()).allMatch(cell -> cell.verdict() == Verdict.NOT_REACHED);
    assertThat(card.passed()).isZero();
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
  }

  @Test
  void aPaceThatIsNoneIsRefused() {
    assertThatThrownBy(() -> Judge.inFull().paced(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.0");
  }
}
