package io.github.resilientllm.examples.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is kept when the desk is stopped and started again. */
@Timeout(60)
class RestartTest {
  @TempDir Path journal;

  @Test
  void conversationsAndOpenQuestionsOutliveARestart() {
    try (RunningDesk desk = RunningDesk.startForgetful(journal)) {
      try (Answering answer = desk.ask("t-1", "Where is my parcel?")) {
        answer.next("done");
      }
      desk.outage("ERRORS", "gpt", "claude");
      try (Answering answer = desk.ask("t-1", "And my refund?")) {
        answer.next("done");
      }
    }
    try (RunningDesk desk = RunningDesk.startForgetful(journal)) {
      assertThat(desk.get("/api/tickets/t-1"))
          .contains("Where is my parcel?", "one working day", "\"answeredBy\":\"gpt\"")
          .contains("And my refund?");
      try (Answering answer = desk.resume("t-1")) {
        answer.next("done");
        assertThat(answer.text()).contains("thirty days");
      }
    }
  }
}
