package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Outcome;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.testing.Face;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The faults of whole calls that today's Java clients get wrong, on the wire, through all three
 * faces of a call: what was observed of them is in the comment of each test.
 */
@Timeout(60)
class CallFaultsTest {
  private final Time time = Time.system();

  private LlmException failure(Face face, ResilientLlm llm) {
    return face.call(llm, time).error();
  }

  /** Peers: 3 or 4 requests; the same here, and then the whole story. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void whatFailsForEverFailsWithEveryAttemptListed(Face face) throws Exception {
    try (FaultServer server = FaultServer.start(x -> x.respond(503, "busy", "x-request-id: r1"))) {
      LlmException failure = failure(face, Faults.client(server).build());
      assertThat(failure.kind()).isEqualTo(ErrorKind.OVERLOADED);
      assertThat(failure.attempts())
          .hasSize(3)
          .allSatisfy(
              attempt -> {
                assertThat(attempt.httpStatus()).hasValue(503);
                assertThat(attempt.requestId()).contains("r1");
              });
      assertThat(failure.getCause()).isNotNull();
    }
  }

  /** Peers: all of them retry what waiting cannot cure. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void anExhaustedQuotaIsNotRetried(Face face) throws Exception {
    String body =
        "{\"error\":{\"message\":\"You exceeded your current quota\",\"type\":\"insufficient_quota\","
            + "\"param\":null,\"code\":\"insufficient_quota\"}}";
    try (FaultServer server = FaultServer.start(x -> x.respond(429, body))) {
      assertThat(failure(face, Faults.client(server).build()).kind())
          .isEqualTo(ErrorKind.QUOTA_EXHAUSTED);
      assertThat(server.requests()).hasSize(1);
    }
  }

  /** Peers: one ignores it and retries after half a second. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void aRetryNeverComesBeforeTheServersDelay(Face face) throws Exception {
    try (FaultServer server =
        FaultServer.start(x -> x.respond(429, "", "retry-after-ms: 700"), Faults::healthy)) {
      long before = time.nanos();
      assertThat(face.call(Faults.client(server).build(), time).text()).isEqualTo("Hello");
      assertThat(time.nanos() - before).isGreaterThanOrEqualTo(700_000_000);
    }
  }

  /** Peers: sleep 30 s with a time-out of 5. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void aDelayThatDoesNotFitIsNotSleptOut(Face face) throws Exception {
    try (FaultServer sick = FaultServer.start(x -> x.respond(429, "", "Retry-After: 40"));
        FaultServer well = FaultServer.start(Faults::healthy)) {
      LlmException failure = failure(face, Faults.client(sick).build());
      assertThat(failure.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
      assertThat(failure.retryAfter()).contains(Duration.ofSeconds(40));
      assertThat(face.call(Faults.client(sick, well).build(), time).text()).isEqualTo("Hello");
    } // within this test's time, which is shorter than the delays together
  }

  /** Peers: 16 to 23 s with a time-out of 5. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void aServerThatNeverAnswersIsGivenUpByTheDeadline(Face face) throws Exception {
    try (FaultServer server = FaultServer.start(FaultServer.Exchange::hang)) {
      ResilientLlm llm =
          Faults.client(server).hedge(Hedge.none()).deadline(Duration.ofSeconds(1)).build();
      long before = time.nanos();
      LlmException failure = failure(face, llm);
      assertThat(failure.kind()).isIn(ErrorKind.DEADLINE_EXCEEDED, ErrorKind.TIMEOUT);
      assertThat(time.nanos() - before).isLessThan(Duration.ofSeconds(10).toNanos());
      assertThat(server.awaitClientGone()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aRequestThatIsTooLongIsNotRetried(Face face) throws Exception {
    String body =
        "{\"error\":{\"message\":\"This model's maximum context length is 8192 tokens.\","
            + "\"type\":\"invalid_request_error\",\"param\":\"messages\","
            + "\"code\":\"context_length_exceeded\"}}";
    try (FaultServer server = FaultServer.start(x -> x.respond(400, body));
        FaultServer other = FaultServer.start(Faults::healthy)) {
      assertThat(failure(face, Faults.client(server).build()).kind())
          .isEqualTo(ErrorKind.CONTEXT_TOO_LONG);
      assertThat(server.requests()).hasSize(1);
      assertThat(face.call(Faults.client(server, other).build(), time).text())
          .as("nobody knows that its window is no larger")
          .isEqualTo("Hello");
      assertThat(server.requests()).hasSize(2);
    }
  }

  /** Peers: "choices is not set", the cause lost, not retried. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void anErrorInsideAnAnswerWithStatus200IsTheErrorThatItIs(Face face) throws Exception {
    String error = "{\"error\":{\"code\":503,\"message\":\"no capacity\"}}";
    try (FaultServer server =
        FaultServer.start(x -> x.respond(200, error, "Content-Type: application/json"))) {
      LlmException failure = failure(face, Faults.client(server).hedge(Hedge.none()).build());
      assertThat(failure.kind()).isEqualTo(ErrorKind.OVERLOADED);
      assertThat(server.requests()).hasSize(3);
    }
  }

  /** Peers: returned as a success, of zero results. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void anAnswerWithoutChoicesIsNone(Face face) throws Exception {
    try (FaultServer server =
        FaultServer.start(x -> x.respond(200, "{\"id\":\"c\",\"choices\":[]}"))) {
      LlmException failure =
          failure(face, Faults.client(server).hedge(Hedge.none()).retry(Retry.none()).build());
      assertThat(failure.kind()).isIn(ErrorKind.MALFORMED_RESPONSE, ErrorKind.STREAM_TRUNCATED);
    }
  }

  /** Peers: returned as a success. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void aFilteredAnswerIsNoSuccessAndACutOneSaysSo(Face face) throws Exception {
    try (FaultServer filtered =
            FaultServer.start(
                x ->
                    x.stream()
                        .chunk(Faults.word("He"))
                        .chunk(Faults.finish("content_filter"))
                        .chunk(Faults.DONE)
                        .endChunks());
        FaultServer full =
            FaultServer.start(
                x ->
                    x.stream()
                        .chunk(Faults.word("He"))
                        .chunk(Faults.finish("length"))
                        .chunk(Faults.DONE)
                        .endChunks())) {
      LlmException failure = failure(face, Faults.once(filtered));
      assertThat(failure.outcome()).isEqualTo(Outcome.FILTERED);
      assertThat(failure.partialText()).isEqualTo("He");
      assertThat(face.call(Faults.once(full), time).response().finishReason())
          .isEqualTo(FinishReason.LENGTH);
    }
  }

  /** A peer's router: one 400 of a caller's making puts a healthy route into its cool-down. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void aWrongRequestSaysNothingAboutItsTarget(Face face) throws Exception {
    String body =
        "{\"error\":{\"message\":\"messages: at least one message is required\","
            + "\"type\":\"invalid_request_error\"}}";
    try (FaultServer server = FaultServer.start(x -> x.respond(400, body))) {
      ResilientLlm llm = Faults.client(server).breaker(Breaker.opensAfter(1, 2)).build();
      assertThat(failure(face, llm).kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
      assertThat(llm.breakers()).containsValue(BreakerState.CLOSED);
    }
  }

  /** A peer's router: "no matching route", with no cause attached. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void whenEverybodyIsDownTheErrorHasEverybodysReason(Face face) throws Exception {
    try (FaultServer a = FaultServer.start(x -> x.respond(500, ""));
        FaultServer b = FaultServer.start(x -> x.respond(401, ""))) {
      LlmException failure = failure(face, Faults.client(a, b).build());
      assertThat(failure.attempts()).hasSize(4);
      assertThat(failure).hasMessageContaining("SERVER_ERROR").hasMessageContaining("UNAUTHORIZED");
      assertThat(failure.getCause()).isNotNull();
    }
  }

  /** The mission's own sentence. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void anOutageOfOneVendorIsNotAnOutageOfTheApplication(Face face) throws Exception {
    try (FaultServer dead = FaultServer.start(FaultServer.Exchange::reset);
        FaultServer well = FaultServer.start(Faults::healthy)) {
      ResilientLlm llm = Faults.client(dead, well).build();
      for (int i = 0; i < 20; i++) {
        Face.End end = face.call(llm, ChatRequest.of("q"), time);
        assertThat(end.text()).isEqualTo("Hello");
        assertThat(end.response().answeredBy()).isEqualTo(well.url());
      }
      assertThat(dead.requests().size()).isLessThan(20); // its breaker opened
    }
  }

  /** Most of a vendor's 400s are its own, and so is what a proxy or a firewall in between says. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void aRefusalThatAnotherVendorDoesNotShareEndsNoCall(Face face) throws Exception {
    String json = "{\"error\":{\"message\":\"not on this account\"}}";
    for (String refusal : new String[] {json, "<html>Blocked</html>"}) {
      for (int status : new int[] {400, 403, 407, 422}) {
        try (FaultServer refuses = FaultServer.start(x -> x.respond(status, refusal));
            FaultServer well = FaultServer.start(Faults::healthy)) {
          Face.End end = face.call(Faults.client(refuses, well).build(), time);
          assertThat(end.text()).as(status + " " + refusal).isEqualTo("Hello");
          assertThat(refuses.requests()).as("not asked again").hasSize(1);
        }
      }
    }
  }
}
