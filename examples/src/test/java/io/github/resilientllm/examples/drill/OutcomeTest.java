package io.github.resilientllm.examples.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.examples.drill.Ledger.Arrival;
import io.github.resilientllm.examples.drill.Ledger.Call;
import io.github.resilientllm.examples.drill.Ledger.Result;
import io.github.resilientllm.examples.drill.Ledger.Turn;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

/** Statistics, promises, table and report, on runs that are written down here. */
class OutcomeTest {
  private static final Settings SETTINGS = new Settings(1, Duration.ofSeconds(7), 4);

  /** Ten calls in each phase; {@code odd} replaces the first one of phase 4. */
  private static Run run(String client, Call odd) {
    List<Call> calls = new ArrayList<>();
    List<Arrival> arrivals = new ArrayList<>();
    for (Phase phase : Phase.ALL) {
      for (int i = 0; i < 10; i++) {
        double at = (phase.number() - 1) * 7 + i * 0.7;
        boolean replaced = phase == Phase.CUT && i == 0;
        calls.add(replaced ? odd : new Call(at, 0.1 * (i + 1), Result.WHOLE, Drill.PRIMARY, ""));
        arrivals.add(new Arrival(at, Drill.PRIMARY));
        arrivals.add(new Arrival(at, Drill.PRIMARY));
      }
    }
    return new Run(client, calls, arrivals, List.of(new Turn(8, Drill.PRIMARY, BreakerState.OPEN)));
  }

  private static Outcome outcome(Result result, double seconds) {
    Run bare = run("bare client", new Call(21, 0.5, Result.CUT, Drill.PRIMARY, ""));
    Call odd = new Call(21, seconds, result, result == Result.FAILED ? "" : Drill.FALLBACK, "");
    return new Outcome(SETTINGS, bare, run("resilient-llm", odd));
  }

  @Test
  void figuresOfAPhaseCountWhatBeganInIt() {
    Outcome outcome = outcome(Result.WHOLE, 0.1);
    Run.Figures bare = outcome.figures(outcome.bare(), Phase.CUT);
    assertThat(bare.calls()).isEqualTo(10);
    assertThat(bare.whole()).isEqualTo(9);
    assertThat(bare.cut()).isEqualTo(1);
    assertThat(bare.failed()).isZero();
    assertThat(bare.answeredPercent()).isEqualTo(90);
    assertThat(bare.requestsPerCall()).isEqualTo(2);
    assertThat(bare.longest()).isEqualTo(1);
    assertThat(outcome.figures(outcome.resilient(), Phase.CUT).answers())
        .containsEntry(Drill.PRIMARY, 9)
        .containsEntry(Drill.FALLBACK, 1);
  }

  @Test
  void allPromisesKept() {
    assertThat(outcome(Result.WHOLE, 0.1).isGood()).isTrue();
  }

  @Test
  void aCutAnswerBreaksThePromise() {
    Outcome outcome = outcome(Result.CUT, 0.1);
    assertThat(outcome.isGood()).isFalse();
    assertThat(outcome.promises().get(0).kept()).isFalse();
    assertThat(outcome.verdict()).contains("and cut 1,");
  }

  @Test
  void aCallPastItsDeadlineBreaksThePromise() {
    assertThat(outcome(Result.WHOLE, 5.3).promises().get(1).kept()).isFalse();
    assertThat(outcome(Result.WHOLE, 5.2).promises().get(1).kept()).isTrue();
  }

  @Test
  void aFailedCallInTenBreaksThePromiseAndNamesThePhase() {
    Outcome.Promise promise = outcome(Result.FAILED, 0.1).promises().get(2);
    assertThat(promise.kept()).isFalse();
    assertThat(promise.measured()).contains("90.0 %").contains("4 cut streams");
  }

  @Test
  void hundredPercentIsSaidOnlyIfNothingIsMissing() {
    assertThat(Outcome.percent(100)).isEqualTo("100.0 %");
    assertThat(Outcome.percent(99.99)).isEqualTo("99.9 %");
    assertThat(Outcome.percent(Double.NaN)).isEqualTo("-");
  }

  @Test
  void theTableHasTwoRowsForEachPhaseAndForAll() {
    String table = SummaryTable.text(outcome(Result.WHOLE, 0.1));
    assertThat(table.lines().filter(line -> line.contains("resilient-llm"))).hasSize(9);
    for (Phase phase : Phase.ALL) {
      assertThat(table).containsOnlyOnce(phase.number() + " " + phase.label());
    }
    assertThat(table).contains("primary 90 %, fallback 10 %");
  }

  @Test
  void theReportIsWellFormedAndNamesEveryPhase() throws Exception {
    String html = Report.of(outcome(Result.FAILED, 0.1));
    Document page =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
    String text = page.getDocumentElement().getTextContent();
    for (Phase phase : Phase.ALL) {
      assertThat(text).contains(phase.number() + " " + phase.label()).contains(phase.story());
    }
    assertThat(text).contains("\u2717 broken").contains("\u2713 kept");
    assertThat(page.getElementsByTagName("figure").getLength()).isEqualTo(6);
    // Nothing is loaded from anywhere.
    assertThat(html).doesNotContain("http:").doesNotContain("https:").doesNotContain("src=");
  }
}
