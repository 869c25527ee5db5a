package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Outcome;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.testing.Face;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The faults that today's Java clients get wrong, on the wire, through all three faces of a call:
 * what was observed of them is in the comment of each test.
 */
@Timeout(60)
class FaultTableTest {
  private static final Duration STALL = Duration.ofMillis(300);

  private final Time time = Time.system();

  /**
   * Impatient, with retries that do not wait; every face streams on the wire, so that it may hedge.
   */
  private static ResilientLlm.Builder client(FaultServer... servers) {
    ResilientLlm.Builder client = null;
    for (FaultServer server : servers) {
      Target target =
          Target.of(OpenAi.model("m").apiKey(ApiKey.of("sk-secret")).baseUrl(server.url()).build())
              .named(server.url());
      client = client == null ? ResilientLlm.with(target) : client.fallback(target);
    }
    return client
        .retry(Retry.upTo(3).withDelay(Duration.ofMillis(1), Duration.ofMillis(2)))
        .hedge(Hedge.extraLoad(0.01).withInitialDelay(Duration.ofSeconds(2)))
        .timeouts(
            Timeouts.deadline(Duration.ofSeconds(30))
                .withFirstToken(Duration.ofSeconds(5))
                .withStall(STALL));
  }

  private static ResilientLlm once(FaultServer server) {
    return client(server)
        .retry(Retry.none())
        .fallbackPolicy(Fallback.standard().withMidStream(Fallback.MidStream.FAIL))
        .build();
  }

  private static String word(String text) {
    return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}\n\n";
  }

  private static String finish(String reason) {
    return "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\""
        + reason
        + "\"}]}\n\n";
  }

  private static final String DONE = "data: [DONE]\n\n";

  private static void healthy(FaultServer.Exchange x) throws IOException {
    x.stream().chunk(word("He")).chunk(word("llo")).chunk(finish("stop")).chunk(DONE).endChunks();
  }

  private LlmException failure(Face face, ResilientLlm llm) {
    return face.call(llm, time).error();
  }

  private void isTruncatedAfterAbc(Face face, FaultServer server) {
    LlmException failure = failure(face, once(server));
    assertThat(failure.outcome()).isEqualTo(Outcome.TRUNCATED);
    assertThat(failure.partialText()).isEqualTo("ABC");
    assertThat(failure.kind()).isIn(ErrorKind.STREAM_TRUNCATED, ErrorKind.NETWORK);
    assertThat(server.requests()).hasSize(1);
  }

  /** Peers: ends normally with "ABC", or COMPLETE. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void aStreamThatEndsPolitelyWithoutFinishReasonIsTruncated(Face face) throws Exception {
    try (FaultServer server =
        FaultServer.start(x -> x.stream().chunk(word("A")).chunk(word("BC")).endChunks())) {
      isTruncatedAfterAbc(face, server);
    }
  }

  /** Peers: end normally. The marker is a finish reason, not [DONE]. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void doneWithoutFinishReasonIsTruncated(Face face) throws Exception {
    try (FaultServer server =
        FaultServer.start(x -> x.stream().chunk(word("ABC")).chunk(DONE).endChunks())) {
      isTruncatedAfterAbc(face, server);
    }
  }

  /** Peers: ERROR and then COMPLETE; another one withholds the last chunk received. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void aStreamCutWithinAChunkIsTruncatedAndNothingReceivedIsLost(Face face) throws Exception {
    try (FaultServer server =
        FaultServer.start(
            x -> x.stream().chunk(word("A")).chunk(word("BC")).send("40\r\ndata: {\"ch").cut())) {
      isTruncatedAfterAbc(face, server);
    }
  }

  /** Peers: both callbacks. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void aStreamThatIsResetIsTruncated(Face face) throws Exception {
    try (FaultServer server =
        FaultServer.start(x -> x.stream().chunk(word("A")).chunk(word("B")).reset())) {
      LlmException failure = failure(face, once(server));
      assertThat(failure.kind()).isIn(ErrorKind.STREAM_TRUNCATED, ErrorKind.NETWORK);
    }
  }

  /** Peers: silent COMPLETE, the error swallowed. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void anErrorInsideTheStreamIsAnError(Face face) throws Exception {
    String error =
        "data: {\"error\":{\"type\":\"server_error\",\"message\":\"boom\",\"code\":null}}\n\n";
    try (FaultServer server =
        FaultServer.start(x -> x.stream().chunk(word("AB")).chunk(error).chunk(DONE).endChunks())) {
      LlmException failure = failure(face, once(server));
      assertThat(failure.kind()).isEqualTo(ErrorKind.SERVER_ERROR);
      assertThat(failure.partialText()).isEqualTo("AB");
    }
  }

  /** Peers: silent COMPLETE. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void anErrorBesideAChoiceIsAnError(Face face) throws Exception {
    String error =
        "data: {\"error\":{\"code\":502,\"message\":\"boom\"},\"choices\":[{\"index\":0,"
            + "\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}]}\n\n";
    try (FaultServer server =
        FaultServer.start(x -> x.stream().chunk(word("A")).chunk(error).chunk(DONE).endChunks())) {
      assertThat(failure(face, once(server)).kind().countsAgainstTarget()).isTrue();
    }
  }

  /** Peers: never retried, although nothing was said yet. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void anErrorAsTheFirstEventIsRetriedUnseen(Face face) throws Exception {
    String error = "data: {\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}}\n\n";
    try (FaultServer server =
        FaultServer.start(x -> x.stream().chunk(error).endChunks(), FaultTableTest::healthy)) {
      Face.End end = face.call(client(server).build(), time);
      assertThat(end.text()).isEqualTo("Hello");
      assertThat(end.events()).noneMatch(e -> e.toString().startsWith("Restarted"));
      assertThat(server.requests()).hasSize(2);
    }
  }

  /** Peers: throw on a healthy stream. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void aNullErrorIsNoError(Face face) throws Exception {
    String chunk =
        "data: {\"error\":null,\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"}}]}\n\n";
    try (FaultServer server =
        FaultServer.start(
            x -> x.stream().chunk(chunk).chunk(finish("stop")).chunk(DONE).endChunks())) {
      assertThat(face.call(once(server), time).text()).isEqualTo("Hello");
    }
  }

  /** Peers: streams are not retried. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void aRefusalBeforeTheFirstByteIsRetried(Face face) throws Exception {
    try (FaultServer server =
        FaultServer.start(
            x -> x.respond(503, "{\"error\":{\"message\":\"capacity exceeded\"}}"),
            x -> x.respond(529, ""),
            FaultTableTest::healthy)) {
      assertThat(face.call(client(server).build(), time).text()).isEqualTo("Hello");
      assertThat(server.requests()).hasSize(3);
    }
  }

  /** Peers: no callback in 22 s. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void aStreamThatFallsSilentIsEndedByTheStallClock(Face face) throws Exception {
    try (FaultServer server =
        FaultServer.start(x -> x.stream().chunk(word("A")).chunk(word("B")).hang())) {
      LlmException failure = failure(face, once(server));
      assertThat(failure.kind()).isEqualTo(ErrorKind.STALLED);
      assertThat(failure.partialText()).isEqualTo("AB");
      assertThat(server.awaitClientGone()).isTrue();
    }
  }

  /** Peers: run on and complete silently, or kill healthy long streams by their total time. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void keepAlivesAreNotProgress(Face face) throws Exception {
    try (FaultServer server =
        FaultServer.start(
            x -> {
              x.stream();
              x.endless("c\r\n: comment \n\n\r\n".getBytes(StandardCharsets.UTF_8));
            })) {
      ResilientLlm llm =
          client(server)
              .retry(Retry.none())
              .hedge(Hedge.extraLoad(0.01).withInitialDelay(Duration.ofMillis(100)))
              .timeouts(
                  Timeouts.deadline(Duration.ofSeconds(30)).withFirstToken(Duration.ofMillis(300)))
              .build();
      assertThat(failure(face, llm).kind())
          .isIn(
              ErrorKind.TIMEOUT, ErrorKind.MALFORMED_RESPONSE); // endless comments are bounded too
      assertThat(server.awaitClientGone()).isTrue();
    }
  }

  /** Peers: 3 or 4 requests; the same here, and then the whole story. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void whatFailsForEverFailsWithEveryAttemptListed(Face face) throws Exception {
    try (FaultServer server = FaultServer.start(x -> x.respond(503, "busy", "x-request-id: r1"))) {
      LlmException failure = failure(face, client(server).build());
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
      assertThat(failure(face, client(server).build()).kind()).isEqualTo(ErrorKind.QUOTA_EXHAUSTED);
      assertThat(server.requests()).hasSize(1);
    }
  }

  /** Peers: one ignores it and retries after half a second. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void aRetryNeverComesBeforeTheServersDelay(Face face) throws Exception {
    try (FaultServer server =
        FaultServer.start(
            x -> x.respond(429, "", "retry-after-ms: 700"), FaultTableTest::healthy)) {
      long before = time.nanos();
      assertThat(face.call(client(server).build(), time).text()).isEqualTo("Hello");
      assertThat(time.nanos() - before).isGreaterThanOrEqualTo(700_000_000);
    }
  }

  /** Peers: sleep 30 s with a time-out of 5. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void aDelayThatDoesNotFitIsNotSleptOut(Face face) throws Exception {
    try (FaultServer sick = FaultServer.start(x -> x.respond(429, "", "Retry-After: 40"));
        FaultServer well = FaultServer.start(FaultTableTest::healthy)) {
      LlmException failure = failure(face, client(sick).build());
      assertThat(failure.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
      assertThat(failure.retryAfter()).contains(Duration.ofSeconds(40));
      assertThat(face.call(client(sick, well).build(), time).text()).isEqualTo("Hello");
    } // within this test's time, which is shorter than the delays together
  }

  /** Peers: 16 to 23 s with a time-out of 5. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void aServerThatNeverAnswersIsGivenUpByTheDeadline(Face face) throws Exception {
    try (FaultServer server = FaultServer.start(FaultServer.Exchange::hang)) {
      ResilientLlm llm = client(server).hedge(Hedge.none()).deadline(Duration.ofSeconds(1)).build();
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
        FaultServer other = FaultServer.start(FaultTableTest::healthy)) {
      assertThat(failure(face, client(server, other).build()).kind())
          .isEqualTo(ErrorKind.CONTEXT_TOO_LONG);
      assertThat(server.requests()).hasSize(1);
      assertThat(other.requests()).isEmpty(); // its window is not known to be larger
    }
  }

  /** Peers: "choices is not set", the cause lost, not retried. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void anErrorInsideAnAnswerWithStatus200IsTheErrorThatItIs(Face face) throws Exception {
    String error = "{\"error\":{\"code\":503,\"message\":\"no capacity\"}}";
    try (FaultServer server =
        FaultServer.start(x -> x.respond(200, error, "Content-Type: application/json"))) {
      LlmException failure = failure(face, client(server).hedge(Hedge.none()).build());
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
          failure(face, client(server).hedge(Hedge.none()).retry(Retry.none()).build());
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
                        .chunk(word("He"))
                        .chunk(finish("content_filter"))
                        .chunk(DONE)
                        .endChunks());
        FaultServer full =
            FaultServer.start(
                x ->
                    x.stream().chunk(word("He")).chunk(finish("length")).chunk(DONE).endChunks())) {
      LlmException failure = failure(face, once(filtered));
      assertThat(failure.outcome()).isEqualTo(Outcome.FILTERED);
      assertThat(failure.partialText()).isEqualTo("He");
      assertThat(face.call(once(full), time).response().finishReason())
          .isEqualTo(FinishReason.LENGTH);
    }
  }

  /** A peer's router: one 400 of a caller's making puts a healthy route into its cool-down. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void aWrongRequestSaysNothingAboutItsTarget(Face face) throws Exception {
    String body = "{\"error\":{\"message\":\"bad\",\"type\":\"invalid_request_error\"}}";
    try (FaultServer server = FaultServer.start(x -> x.respond(400, body))) {
      ResilientLlm llm = client(server).breaker(Breaker.opensAfter(1, 2)).build();
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
      LlmException failure = failure(face, client(a, b).build());
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
        FaultServer well = FaultServer.start(FaultTableTest::healthy)) {
      ResilientLlm llm = client(dead, well).build();
      for (int i = 0; i < 20; i++) {
        Face.End end = face.call(llm, ChatRequest.of("q"), time);
        assertThat(end.text()).isEqualTo("Hello");
        assertThat(end.response().answeredBy()).isEqualTo(well.url());
      }
      assertThat(dead.requests().size()).isLessThan(20); // its breaker opened
    }
  }
}
