package io.github.resilientllm.test.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestLogTest {

  @Test
  void bodiesAboveABoundAreNotKeptAndTheirQuestionsAre() {
    RequestLog log = new RequestLog();
    String body = "x".repeat(20 << 20);
    for (int i = 0; i < 4; i++) {
      log.begin(
          Question.of("m", List.of("q" + i), false, List.of(), "user").withBody(body),
          "/v1/messages",
          "",
          Map.of());
    }
    assertThat(log.seen()).extracting(seen -> seen.question().text()).contains("q0", "q3");
    assertThat(log.seen())
        .extracting(seen -> seen.question().body().length())
        .containsExactly(20 << 20, 20 << 20, 20 << 20, 0);
    log.clear();
    log.begin(
        Question.of("m", List.of("q"), false, List.of(), "user").withBody(body), "", "", Map.of());
    assertThat(log.seen().get(0).question().body()).hasSize(20 << 20);
  }
}
