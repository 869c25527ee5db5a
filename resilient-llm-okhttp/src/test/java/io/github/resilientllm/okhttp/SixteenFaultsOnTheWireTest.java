package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.testing.Face;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The sixteen faults by which a public scorecard judges clients, byte by byte on the wire, at a
 * tenth of their timings and of the client's defaults. In full they are in the core's {@code
 * SixteenFaultsTest}.
 */
@Timeout(120)
class SixteenFaultsOnTheWireTest {
  private static final int TOKENS = 60;
  private static final String WHOLE = "word ".repeat(TOKENS);

  private final Time time = Time.system();

  @ParameterizedTest(name = "1 a first 429 that asks for 0.2 s, {0}")
  @EnumSource(Face.class)
  void aDelayIsWaitedForAndTheSameTargetAskedAgain(Face face) throws Exception {
    try (FaultServer a =
            FaultServer.start(x -> refuse(x, 429, "rate_limit", "retry-after-ms: 200"), well());
        FaultServer b = FaultServer.start(well())) {
      long start = time.nanos();
      assertWhole(face.call(client(a, b), time), "a");
      assertThat(since(start)).isBetween(Duration.ofMillis(200), Duration.ofSeconds(5));
      assertThat(a.requests()).hasSize(2);
      assertThat(b.requests()).isEmpty();
    }
  }

  @ParameterizedTest(name = "2 429 for ever, without a delay, {0}")
  @EnumSource(Face.class)
  void aLimitWithoutEndIsNotHammered(Face face) throws Exception {
    assertAnsweredByB(face, x -> refuse(x, 429, "rate_limit"), 6, Duration.ofSeconds(5));
  }

  @ParameterizedTest(name = "3 500 once, {0}")
  @EnumSource(Face.class)
  void oneServerErrorIsRetriedWhereItHappened(Face face) throws Exception {
    assertRetriedAtA(face, x -> refuse(x, 500, "server_error"));
  }

  @ParameterizedTest(name = "4 503 for ever, {0}")
  @EnumSource(Face.class)
  void aTargetWithoutCapacityIsLeftForTheOther(Face face) throws Exception {
    assertAnsweredByB(face, x -> refuse(x, 503, "overloaded"), 4, Duration.ofSeconds(5));
  }

  @ParameterizedTest(name = "5 a reset before the headers, once, {0}")
  @EnumSource(Face.class)
  void aResetIsRetriedUnseen(Face face) throws Exception {
    assertRetriedAtA(face, FaultServer.Exchange::reset);
  }

  @ParameterizedTest(name = "6 accepts and never answers, {0}")
  @EnumSource(Face.class)
  void aSilentTargetIsAskedOnce(Face face) throws Exception {
    assertAnsweredByB(face, FaultServer.Exchange::hang, 1, Duration.ofSeconds(10));
  }

  @Test
  void seventhALateFirstTokenIsNotWaitedFor() throws Exception {
    FaultServer.Script late =
        x -> {
          x.stream().pause(20_000);
          words(x, TOKENS);
          end(x);
        };
    assertAnsweredByB(Face.STREAM, late, 1, Duration.ofSeconds(10));
  }

  @ParameterizedTest(name = "8 cut after 40 tokens of 60, {0}")
  @EnumSource(Face.class)
  void aCutAnswerIsAWholeAnswerOrNone(Face face) throws Exception {
    try (FaultServer a = FaultServer.start(SixteenFaultsOnTheWireTest::cut, well());
        FaultServer b = FaultServer.start(well())) {
      assertWhole(face.call(client(a, b), time), null);
    }
  }

  @Test
  void ninthASilenceInTheMiddleIsEnded() throws Exception {
    FaultServer.Script silent =
        x -> {
          words(x.stream(), 20);
          x.pause(30_000);
          words(x, 40);
          end(x);
        };
    try (FaultServer a = FaultServer.start(silent);
        FaultServer b = FaultServer.start(well())) {
      long start = time.nanos();
      assertWhole(Face.STREAM.call(client(a, b), time), null);
      assertThat(since(start)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void tenthAnEventThatIsNoJsonSpoilsNoAnswer() throws Exception {
    FaultServer.Script spoilt =
        x -> {
          words(x.stream(), 30);
          x.chunk("data: {\"choices\":[{\"ind\n\n");
          words(x, 30);
          end(x);
        };
    try (FaultServer a = FaultServer.start(spoilt, well());
        FaultServer b = FaultServer.start(well())) {
      assertWhole(Face.STREAM.call(client(a, b), time), null);
    }
  }

  @Test
  void eleventhACompleteAnswerWithoutDoneEndsAtOnceWithItsUsage() throws Exception {
    FaultServer.Script undone =
        x -> {
          words(x.stream(), TOKENS);
          x.chunk(Faults.finish("stop")).chunk(USAGE).endChunks();
        };
    try (FaultServer a = FaultServer.start(undone);
        FaultServer b = FaultServer.start(well())) {
      long start = time.nanos();
      Face.End end = Face.STREAM.call(client(a, b), time);
      assertWhole(end, "a");
      assertThat(since(start)).isLessThan(Duration.ofSeconds(10));
      assertThat(end.response().usage().outputTokens()).hasValue(TOKENS);
      assertThat(a.requests()).hasSize(1);
    }
  }

  @ParameterizedTest(name = "12 400 context_length_exceeded, {0}")
  @EnumSource(Face.class)
  void aRequestTooLongForOneIsAnsweredByTheOther(Face face) throws Exception {
    assertAnsweredByB(
        face, x -> refuse(x, 400, "context_length_exceeded"), 1, Duration.ofSeconds(5));
  }

  @ParameterizedTest(name = "13 400 content_policy_violation, {0}")
  @EnumSource(Face.class)
  void aFilteredQuestionIsOneCleanError(Face face) throws Exception {
    try (FaultServer a = FaultServer.start(x -> refuse(x, 400, "content_policy_violation"));
        FaultServer b = FaultServer.start(well())) {
      LlmException failure = face.call(client(a, b), time).error();
      assertThat(failure.kind()).isEqualTo(ErrorKind.CONTENT_FILTERED);
      assertThat(a.requests()).hasSize(1);
      assertThat(b.requests()).isEmpty();
    }
  }

  @ParameterizedTest(name = "14 cut, and b takes no trailing message of an assistant, {0}")
  @EnumSource(Face.class)
  void theFallbackIsNotGivenTheBeginningOfItsAnswer(Face face) throws Exception {
    FaultServer.Script strict =
        x -> {
          String request = x.request();
          if (request.lastIndexOf("\"assistant\"") > request.lastIndexOf("\"user\"")) {
            refuse(x, 400, "invalid_request_error");
          } else {
            well().answer(x);
          }
        };
    try (FaultServer a = FaultServer.start(SixteenFaultsOnTheWireTest::cut);
        FaultServer b = FaultServer.start(strict)) {
      assertWhole(face.call(client(a, b), time), "b");
    }
  }

  @Test
  void fifteenthAnOutageOfSixSecondsIsSeenByNobodyAndOverWhenItIsOver() throws Exception {
    long start = time.nanos();
    FaultServer.Script recovering =
        x -> {
          if (since(start).compareTo(Duration.ofSeconds(6)) < 0) {
            refuse(x, 503, "overloaded");
          } else {
            well().answer(x);
          }
        };
    List<String> after = new ArrayList<>();
    try (FaultServer a = FaultServer.start(recovering);
        FaultServer b = FaultServer.start(well())) {
      ResilientLlm llm = client(a, b);
      for (int i = 1; i <= 25; i++) {
        ChatResponse response = llm.chat("question " + i);
        assertThat(response.text()).isEqualTo(WHOLE);
        if (since(start).compareTo(Duration.ofSeconds(9)) > 0) {
          after.add(response.answeredBy());
        }
        long next = start + Duration.ofMillis(400).toNanos() * i;
        while (time.nanos() < next) {
          time.park(next);
        }
      }
      assertThat(after).isNotEmpty().containsOnly("a");
      assertThat(a.requests()).hasSizeLessThan(45); // 10 of them well; a probe a second, and three
    }
  }

  @ParameterizedTest(name = "16 503, and who answered is told, {0}")
  @EnumSource(Face.class)
  void theAnswerSaysWhoseItIsAndWhatItCost(Face face) throws Exception {
    try (FaultServer a = FaultServer.start(x -> refuse(x, 503, "overloaded"));
        FaultServer b = FaultServer.start(well())) {
      Face.End end = face.call(client(a, b), time);
      assertWhole(end, "b");
      assertThat(end.response().model()).isEqualTo("model-b");
      assertThat(end.response().usage().outputTokens()).hasValue(TOKENS);
    }
  }

  private void assertRetriedAtA(Face face, FaultServer.Script once) throws Exception {
    try (FaultServer a = FaultServer.start(once, well());
        FaultServer b = FaultServer.start(well())) {
      assertWhole(face.call(client(a, b), time), "a");
      assertThat(a.requests()).hasSize(2);
      assertThat(b.requests()).isEmpty();
    }
  }

  private void assertAnsweredByB(Face face, FaultServer.Script always, int atMost, Duration within)
      throws Exception {
    try (FaultServer a = FaultServer.start(always);
        FaultServer b = FaultServer.start(well())) {
      long start = time.nanos();
      assertWhole(face.call(client(a, b), time), "b");
      assertThat(since(start)).isLessThan(within);
      assertThat(a.requests()).hasSizeBetween(1, atMost);
    }
  }

  private static void assertWhole(Face.End end, @Nullable String by) {
    assertThat(end.text()).isEqualTo(WHOLE);
    if (by != null) {
      assertThat(end.response().answeredBy()).isEqualTo(by);
    }
  }

  private Duration since(long start) {
    return Duration.ofNanos(time.nanos() - start);
  }

  /** The defaults, each a tenth of what it is. */
  private static ResilientLlm client(FaultServer a, FaultServer b) {
    return ResilientLlm.with(target(a, "a"))
        .fallback(target(b, "b"))
        .deadline(Duration.ofSeconds(12))
        .retry(
            Retry.upTo(3)
                .withDelay(Duration.ofMillis(50), Duration.ofMillis(800))
                .withThrottledDelay(Duration.ofMillis(100)))
        .breaker(Breaker.standard().withOpenFor(Duration.ofSeconds(1)))
        .fallbackPolicy(Fallback.standard().withPatience(Duration.ofMillis(300)))
        .build();
  }

  private static Target target(FaultServer server, String name) {
    return Target.of(OpenAi.model("m").apiKey(ApiKey.of("sk-secret")).baseUrl(server.url()).build())
        .named(name);
  }

  // What the servers say

  private static final String FACTS =
      "\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":" + TOKENS + "}";
  private static final String USAGE =
      "data: {\"model\":\"model-b\",\"choices\":[]," + FACTS + "}\n\n";

  /** The whole answer, as it is asked for. */
  private static FaultServer.Script well() {
    return x -> {
      if (x.request().contains("\"stream\":true")) {
        words(x.stream(), TOKENS);
        end(x);
      } else {
        x.respond(200, whole(), "Content-Type: application/json");
      }
    };
  }

  private static String whole() {
    return "{\"model\":\"model-b\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
        + "\"content\":\""
        + WHOLE
        + "\"},\"finish_reason\":\"stop\"}],"
        + FACTS
        + "}";
  }

  private static void cut(FaultServer.Exchange x) throws IOException {
    if (x.request().contains("\"stream\":true")) {
      words(x.stream(), 40);
      x.cut();
    } else {
      String body = whole();
      x.head(200, "Content-Type: application/json", "Content-Length: " + body.length())
          .send(body.substring(0, body.length() / 2))
          .cut();
    }
  }

  private static void words(FaultServer.Exchange x, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      x.chunk(Faults.word("word ")).pause(2);
    }
  }

  private static void end(FaultServer.Exchange x) throws IOException {
    x.chunk(Faults.finish("stop")).chunk(USAGE).chunk(Faults.DONE).endChunks();
  }

  private static void refuse(FaultServer.Exchange x, int status, String code, String... headers)
      throws IOException {
    String body =
        "{\"error\":{\"message\":\"scripted\",\"type\":\"invalid_request_error\",\"code\":\""
            + code
            + "\"}}";
    x.respond(status, body, headers);
  }
}
