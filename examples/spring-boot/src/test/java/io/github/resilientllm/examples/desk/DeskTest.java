package io.github.resilientllm.examples.desk;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ErrorKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The desk as its page sees it. */
@Timeout(60)
class DeskTest {
  /** What is shown on each line of Spring Boot, not only on the one that the desk is made for. */
  private static final String EVERY_LINE = "every-line";

  private static final String PARCEL = "Where is my parcel?";

  @TempDir static Path journal;
  private static RunningDesk desk;

  @BeforeAll
  static void start() {
    desk = RunningDesk.startForgetful(journal);
  }

  @AfterAll
  static void stop() {
    desk.close();
  }

  @BeforeEach
  void allIsWell() {
    desk.endOutage();
  }

  @Test
  @Tag(EVERY_LINE)
  void anAnswerStreamsAndSaysWhoGaveIt() {
    try (Answering answer = desk.ask("t-well", PARCEL)) {
      Map<String, Object> done = answer.next("done");
      assertThat(done).containsEntry("answeredBy", "gpt").containsKey("tokens");
      assertThat(answer.text()).contains("one working day").isEqualTo(done.get("text"));
    }
  }

  @Test
  void aQuestionThatIsSentTwiceIsAskedOnce() {
    try (Answering answer = desk.ask("t-twice", PARCEL)) {
      answer.next("done");
    }
    try (Answering answer = desk.ask("t-twice", PARCEL)) {
      answer.next("done");
    }
    assertThat(turns("t-twice")).hasSize(1);
  }

  @Test
  void duringAnOutageOfTheFirstVendorTheSecondAnswers() {
    desk.outage("ERRORS", "gpt");
    try (Answering answer = desk.ask("t-errors", PARCEL)) {
      Map<String, Object> done = answer.next("done");
      assertThat(done).containsEntry("answeredBy", "claude");
      assertThat(done.get("attempts").toString()).contains("OVERLOADED");
    }
  }

  @Test
  @Tag(EVERY_LINE)
  void anOutageInMidAnswerLeavesASeamAndTheWholeText() {
    desk.outage("CUT", "gpt");
    try (Answering answer = desk.ask("t-seam", PARCEL)) {
      assertThat(answer.next("seam"))
          .containsEntry("after", "STREAM_TRUNCATED")
          .containsEntry("again", false);
      Map<String, Object> done = answer.next("done");
      assertThat(done).containsEntry("answeredBy", "claude");
      assertThat(answer.text())
          .isEqualTo(done.get("text"))
          .startsWith("I am sorry")
          .endsWith("You pay nothing for that.");
    }
  }

  @Test
  void aVendorThatFallsSilentIsLeftForTheOther() {
    desk.outage("SILENCE", "gpt");
    try (Answering answer = desk.ask("t-silence", PARCEL)) {
      assertThat(answer.next("seam")).containsEntry("after", "STALLED");
      assertThat(answer.next("done")).containsEntry("answeredBy", "claude");
    }
  }

  @Test
  void anOutageAtTheFirstWordBeginsTheAnswerAgain() {
    desk.outage("SILENCE", "gpt"); // so that the answer waits for the next one
    try (Answering answer = desk.ask("t-again", PARCEL)) {
      answer.next("text");
      desk.outage("ERRORS", "gpt");
      assertThat(answer.next("seam")).containsEntry("again", true);
      assertThat(answer.next("done").get("text").toString()).startsWith("I am sorry");
    }
  }

  @Test
  @Tag(EVERY_LINE)
  void whenAllAreDownTheLastResortAnswersAndTheQuestionIsKept() {
    desk.outage("ERRORS", "gpt", "claude");
    try (Answering answer = desk.ask("t-down", PARCEL)) {
      Map<String, Object> done = answer.next("done");
      assertThat(done).containsEntry("answeredBy", "last resort");
      assertThat(answer.text()).contains("Your question is kept in this ticket");
    }
    assertThat(turns("t-down")).singleElement().extracting("whole").isEqualTo(false);

    desk.endOutage();
    try (Answering answer = desk.resume("t-down")) {
      assertThat(answer.next("done")).containsEntry("answeredBy", "gpt");
    }
    assertThat(turns("t-down")).singleElement().extracting("whole").isEqualTo(true);
  }

  @Test
  void whenTheBrowserGoesAwayTheCallEnds() throws InterruptedException {
    desk.forgetEvents();
    try (Answering answer = desk.ask("t-gone", PARCEL)) {
      answer.next("text");
    }
    assertThat(desk.nextFailure()).isEqualTo(ErrorKind.CANCELLED);
    assertThat(turns("t-gone")).singleElement().extracting("whole").isEqualTo(false);
  }

  @Test
  @Tag(EVERY_LINE)
  void aQuestionIsLabelledAndLessWellSoDuringAnOutage() {
    assertThat(desk.label("It is broken. I need my money back today!"))
        .containsEntry("topic", "REFUND")
        .containsEntry("urgent", true);
    desk.outage("ERRORS", "gpt", "claude");
    assertThat(desk.label("It is broken. I need my money back today!"))
        .containsEntry("topic", "OTHER")
        .containsEntry("urgent", false);
  }

  @Test
  void whatIsNoQuestionIsRefused() {
    String question = RunningDesk.body(PARCEL);
    assertThat(desk.status("/api/tickets/No_Such/questions", "application/json", question))
        .isEqualTo(404);
    assertThat(desk.status("/api/tickets/t-1/questions", "text/plain", question)).isEqualTo(415);
    assertThat(desk.status("/api/tickets/t-1/questions", "application/json", RunningDesk.body(" ")))
        .isEqualTo(400);
    assertThat(desk.status("/api/tickets/t-new/resume", "application/json", "{}")).isEqualTo(409);
  }

  @Test
  @Tag(EVERY_LINE)
  void actuatorShowsHealthAndMeters() {
    try (Answering answer = desk.ask("t-meters", PARCEL)) {
      answer.next("done");
    }
    assertThat(desk.get("/actuator/health")).contains("\"status\":\"UP\"").contains("resilientLlm");
    assertThat(desk.get("/actuator/prometheus")).contains("resilient_llm_");
    assertThat(desk.get("/actuator/resilientllm/support"))
        .contains("\"gpt\"", "\"claude\"")
        .doesNotContain("not-a-secret");
  }

  @SuppressWarnings("unchecked") // a turn of an exported conversation is an object
  private static List<Map<String, Object>> turns(String ticket) {
    return (List<Map<String, Object>>) desk.conversation(ticket).get("turns");
  }
}
