package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Outcome;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.testing.Face;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The faults of streams that today's Java clients get wrong, on the wire, through all three faces
 * of a call: what was observed of them is in the comment of each test.
 */
@Timeout(60)
class StreamFaultsTest {
  private final Time time = Time.system();

  private LlmException failure(Face face, ResilientLlm llm) {
    return face.call(llm, time).error();
  }

  private void isTruncatedAfterAbc(Face face, FaultServer server) {
    LlmException failure = failure(face, Faults.once(server));
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
        FaultServer.start(
            x -> x.stream().chunk(Faults.word("A")).chunk(Faults.word("BC")).endChunks())) {
      isTruncatedAfterAbc(face, server);
    }
  }

  /** Peers: end normally. The marker is a finish reason, not [DONE]. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void doneWithoutFinishReasonIsTruncated(Face face) throws Exception {
    try (FaultServer server =
        FaultServer.start(
            x -> x.stream().chunk(Faults.word("ABC")).chunk(Faults.DONE).endChunks())) {
      isTruncatedAfterAbc(face, server);
    }
  }

  /** Peers: ERROR and then COMPLETE; another one withholds the last chunk received. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void aStreamCutWithinAChunkIsTruncatedAndNothingReceivedIsLost(Face face) throws Exception {
    try (FaultServer server =
        FaultServer.start(
            x ->
                x.stream()
                    .chunk(Faults.word("A"))
                    .chunk(Faults.word("BC"))
                    .send("40\r\ndata: {\"ch")
                    .cut())) {
      isTruncatedAfterAbc(face, server);
    }
  }

  /** Peers: both callbacks. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void aStreamThatIsResetIsTruncated(Face face) throws Exception {
    try (FaultServer server =
        FaultServer.start(
            x -> x.stream().chunk(Faults.word("A")).chunk(Faults.word("B")).reset())) {
      LlmException failure = failure(face, Faults.once(server));
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
        FaultServer.start(
            x -> x.stream().chunk(Faults.word("AB")).chunk(error).chunk(Faults.DONE).endChunks())) {
      LlmException failure = failure(face, Faults.once(server));
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
        FaultServer.start(
            x -> x.stream().chunk(Faults.word("A")).chunk(error).chunk(Faults.DONE).endChunks())) {
      assertThat(failure(face, Faults.once(server)).kind().countsAgainstTarget()).isTrue();
    }
  }

  /** Peers: never retried, although nothing was said yet. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void anErrorAsTheFirstEventIsRetriedUnseen(Face face) throws Exception {
    String error = "data: {\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}}\n\n";
    try (FaultServer server =
        FaultServer.start(x -> x.stream().chunk(error).endChunks(), Faults::healthy)) {
      Face.End end = face.call(Faults.client(server).build(), time);
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
            x ->
                x.stream()
                    .chunk(chunk)
                    .chunk(Faults.finish("stop"))
                    .chunk(Faults.DONE)
                    .endChunks())) {
      assertThat(face.call(Faults.once(server), time).text()).isEqualTo("Hello");
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
            Faults::healthy)) {
      assertThat(face.call(Faults.client(server).build(), time).text()).isEqualTo("Hello");
      assertThat(server.requests()).hasSize(3);
    }
  }

  /** Peers: no callback in 22 s. */
  @ParameterizedTest
  @EnumSource(Face.class)
  void aStreamThatFallsSilentIsEndedByTheStallClock(Face face) throws Exception {
    try (FaultServer server =
        FaultServer.start(x -> x.stream().chunk(Faults.word("A")).chunk(Faults.word("B")).hang())) {
      LlmException failure = failure(face, Faults.once(server));
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
          Faults.client(server)
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
}
