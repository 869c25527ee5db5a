package io.github.resilientllm.okhttp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.testing.Face;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever is at the other end, a caller gets one clear error, without his key and in time. */
@Timeout(60)
class BadServerTest {
  private static final String KEY = "sk-very-secret-0123456789";
  private static final String QUESTION = "a-question-nobody-may-log";

  private static LlmException failure(Face face, String url) {
    ResilientLlm llm =
        ResilientLlm.with(OpenAi.model("m").apiKey(ApiKey.of(KEY)).baseUrl(url).build())
            .retry(Retry.none())
            .timeouts(
                Timeouts.deadline(Duration.ofSeconds(40))
                    .withAttempt(Duration.ofSeconds(20))
                    .withFirstToken(Duration.ofSeconds(20)))
            .build();
    LlmException failure = face.call(llm, ChatRequest.of(QUESTION), Time.system()).error();
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    assertThat(trace.toString()).doesNotContain(KEY).doesNotContain(QUESTION);
    assertThat(failure.attempts()).hasSize(1);
    return failure;
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void nobodyListens(Face face) throws Exception {
    int port;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = taken.getLocalPort();
    }
    assertThat(failure(face, "http://127.0.0.1:" + port + "/v1").kind())
        .isEqualTo(ErrorKind.NETWORK);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void theHostDoesNotExist(Face face) {
    LlmException failure = failure(face, "https://no-such-host.invalid/v1");
    assertThat(failure.kind()).isEqualTo(ErrorKind.NETWORK);
    assertThat(failure).hasMessageContaining("NETWORK");
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void theKeyIsWrongAndTheServerRepeatsIt(Face face) throws Exception {
    String body =
        "{\"error\":{\"message\":\"Incorrect API key provided: "
            + KEY
            + "\",\"type\":\"invalid_request_error\",\"code\":\"invalid_api_key\"}}";
    try (FaultServer server = FaultServer.start(x -> x.respond(401, body))) {
      LlmException failure = failure(face, server.url());
      assertThat(failure.kind()).isEqualTo(ErrorKind.UNAUTHORIZED);
      assertThat(failure).hasMessageContaining("401").hasMessageContaining("invalid_api_key");
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void itIsAWebSite(Face face) throws Exception {
    try (FaultServer server =
        FaultServer.start(
            x -> x.respond(200, "<!DOCTYPE html><h1>Hello</h1>", "Content-Type: text/html"))) {
      assertThat(failure(face, server.url()).kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void itIsAGatewaysErrorPage(Face face) throws Exception {
    try (FaultServer server =
        FaultServer.start(
            x -> x.respond(502, "<html><h1>502 Bad Gateway</h1></html>", "server: cloudflare"))) {
      assertThat(failure(face, server.url()).kind()).isEqualTo(ErrorKind.SERVER_ERROR);
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void itNeverStopsSending(Face face) throws Exception {
    try (FaultServer server =
        FaultServer.start(
            x -> x.head(200, "Content-Type: text/plain").endless(new byte[1 << 16]))) {
      assertThat(failure(face, server.url()).kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
      assertThat(server.awaitClientGone()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void itNeverEndsItsHead(Face face) throws Exception {
    try (FaultServer server =
        FaultServer.start(x -> x.openHead(200).endless("X-More: and more\r\n".getBytes(UTF_8)))) {
      assertThat(failure(face, server.url()).kind())
          .isIn(ErrorKind.MALFORMED_RESPONSE, ErrorKind.NETWORK);
      assertThat(server.awaitClientGone()).isTrue();
    }
  }

  @Test
  void nullAndNothingAreRefusedBeforeAnythingIsSent() {
    ResilientLlm llm = ResilientLlm.with(OpenAi.model("m").dialect(Dialect.OLLAMA).build()).build();
    assertThatNullPointerException().isThrownBy(() -> llm.chat((ChatRequest) null));
    assertThatNullPointerException().isThrownBy(() -> llm.chatAsync(null));
    assertThatNullPointerException().isThrownBy(() -> llm.stream((ChatRequest) null));
  }
}
