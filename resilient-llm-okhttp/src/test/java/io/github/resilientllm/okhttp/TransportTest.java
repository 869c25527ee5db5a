package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.okhttp.internal.connection.NoDelaySockets;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.Pacing;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong on the wire becomes one clear failure, and nothing is left behind. */
@Timeout(30)
class TransportTest {
  private static final String KEY = "sk-very-secret-0123456789";
  private static final String HELLO =
      "{\"id\":\"c1\",\"model\":\"m\",\"choices\":[{\"index\":0,"
          + "\"message\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}";
  private static final String WORD =
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word"
          + " \"},\"finish_reason\":null}]}\n\n";
  private static final String FINISH =
      "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
  private static final String USAGE =
      "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n\n";
  private static final String DONE = "data: [DONE]\n\n";

  private static final Duration GRACE = Duration.ofMillis(50);

  private final ConnectionPool pool = new ConnectionPool();
  private final OkHttpClient client =
      new OkHttpClient.Builder().connectionPool(pool).socketFactory(new NoDelaySockets()).build();

  /** Whatever happened, no connection is held: all that are open are idle. */
  @AfterEach
  void nothingLeaks() {
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (pool.connectionCount() != pool.idleConnectionCount() && System.nanoTime() < giveUp) {
      Thread.onSpinWait(); // OkHttp removes closed connections from its pool on other threads
    }
    assertThat(pool.connectionCount()).isEqualTo(pool.idleConnectionCount());
    pool.evictAll();
  }

  private OpenAi.Builder openAi(String url) {
    return OpenAi.model("m")
        .dialect(Dialect.OPENAI)
        .apiKey(ApiKey.of(KEY))
        .client(client)
        .baseUrl(url);
  }

  private LlmProvider provider(FaultServer server) {
    return openAi(server.url()).build();
  }

  @Test
  void passesOnWhatAnAnswersHeadersSayOfLimits() throws Exception {
    String left = "x-ratelimit-remaining-requests: 7";
    try (FaultServer server =
        FaultServer.start(x -> x.respond(200, HELLO, left, "x-ratelimit-reset-requests: 2m3s"))) {
      assertThat(Collected.from(provider(server), false).completion.pacing())
          .contains(Pacing.nothing().withRequests(0, 7, Duration.ofSeconds(123)));
    }
  }

  @Test
  void sendsOneRequestAsTheVendorWantsIt() throws Exception {
    try (FaultServer server = FaultServer.start(x -> x.respond(200, HELLO, "X-Request-Id: r1"))) {
      LlmProvider provider =
          openAi(server.url() + "/").organization("org").project("pro").header("X-A", "b").build();

      Collected answer = Collected.from(provider, false);

      assertThat(answer.text.toString()).isEqualTo("Hello");
      assertThat(answer.completion.requestId()).contains("r1");
      assertThat(answer.completion.httpStatus()).isEqualTo(200);
      assertThat(answer.completion.pacing()).isEmpty();
      assertThat(server.requests()).hasSize(1);
      assertThat(server.requests().get(0))
          .startsWith("POST /v1/chat/completions HTTP/1.1\r\n")
          .containsIgnoringCase("\r\nAuthorization: Bearer " + KEY + "\r\n")
          .containsIgnoringCase("\r\nOpenAI-Organization: org\r\n")
          .containsIgnoringCase("\r\nOpenAI-Project: pro\r\n")
          .containsIgnoringCase("\r\nX-A: b\r\n")
          .containsIgnoringCase("\r\nCache-Control: no-store\r\n")
          .containsIgnoringCase("\r\nContent-Type: application/json\r\n")
          .containsIgnoringCase("\r\nAccept: application/json\r\n")
          .containsPattern("User-Agent: resilient-llm/\\d");
    }
  }

  @Test
  void nothingIsSentBeforeTheFirstNextAndAClosedCallSendsNothing() throws Exception {
    try (FaultServer server = FaultServer.start(x -> x.respond(200, HELLO))) {
      ProviderCall call = provider(server).newCall(ChatRequest.of("Hi"), CallOptions.whole());
      call.close();
      call.close();

      assertThat(kindOfEnd(call)).isEqualTo(ErrorKind.CANCELLED);
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void aConnectionIsUsedAgainAfterAWholeAnswerAndAfterAStream() throws Exception {
    try (FaultServer server =
        FaultServer.start(
            x -> x.respond(200, HELLO),
            x -> x.stream().chunk(WORD).chunk(FINISH).chunk(USAGE).chunk(DONE).endChunks(),
            x -> x.respond(200, HELLO))) {
      LlmProvider provider = provider(server);
      Collected.from(provider, false);
      Collected stream = Collected.from(provider, true);
      Collected.from(provider, false);

      assertThat(stream.text.toString()).isEqualTo("word ");
      assertThat(stream.completion.usage().outputTokens()).hasValue(4);
      assertThat(pool.connectionCount()).isEqualTo(1);
      assertThat(server.requests().get(1)).containsIgnoringCase("Accept: text/event-stream");
    }
  }

  @Test
  void aDeadPortIsANetworkFailure() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Collected got = Collected.from(openAi("http://127.0.0.1:" + port + "/v1").build(), false);
    assertThat(got.failure.kind()).isEqualTo(ErrorKind.NETWORK);
    assertThat(got.failure).hasMessageContaining("ConnectException");
  }

  @Test
  void anUnknownHostIsANetworkFailure() {
    Collected got = Collected.from(openAi("https://nonexistent.invalid/v1").build(), false);
    assertThat(got.failure.kind()).isEqualTo(ErrorKind.NETWORK);
    assertThat(got.failure).hasMessageContaining("UnknownHostException");
  }

  @Test
  void aWrongKeyIsRefusedWithoutShowingIt() throws Exception {
    String body =
        "{\"error\":{\"message\":\"Incorrect API key provided: "
            + KEY
            + "\",\"type\":"
            + "\"invalid_request_error\",\"code\":\"invalid_api_key\"}}";
    try (FaultServer server = FaultServer.start(x -> x.respond(401, body))) {
      Collected got = Collected.from(provider(server), true);
      assertThat(got.failure.kind()).isEqualTo(ErrorKind.UNAUTHORIZED);
      assertThat(got.failure.retryHint()).isEmpty();
      assertThat(got.failure)
          .hasMessage("openai: HTTP 401, type invalid_request_error, code invalid_api_key");
      assertThat(got.failure.toString()).doesNotContain(KEY);
    }
  }

  @Test
  void anErrorWhoseBodyNeverComesIsKnownByItsStatus() throws Exception {
    try (FaultServer server =
        FaultServer.start(x -> x.head(429, "Retry-After: 3", "Content-Length: 10").hang())) {
      Collected got = Collected.from(openAi(server.url()).grace(GRACE).build(), true);
      assertThat(got.failure.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
      assertThat(got.failure.retryAfter()).contains(Duration.ofSeconds(3));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | <html>Sign in</html>       | MALFORMED_RESPONSE",
        "200 | ''                         | MALFORMED_RESPONSE",
        "200 | '   '                      | MALFORMED_RESPONSE",
        "200 | not json                   | MALFORMED_RESPONSE",
        "200 | {\"status\":\"ok\"}        | MALFORMED_RESPONSE",
        "200 | []                         | MALFORMED_RESPONSE",
        "200 | {\"choices\":[]}           | MALFORMED_RESPONSE",
        "200 | {\"choices\":[{}]}         | MALFORMED_RESPONSE",
        "200 | {\"choices\":7}            | MALFORMED_RESPONSE",
        "200 | {\"choices\":[{\"index\":0 | MALFORMED_RESPONSE",
        "200 | {\"error\":{\"code\":429}} | RATE_LIMITED",
        "200 | {\"error\":\"oops\"}       | SERVER_ERROR",
        "500 | <html>Oops</html>          | SERVER_ERROR",
        "502 | ''                         | SERVER_ERROR",
        "503 | Slow down                  | OVERLOADED",
      })
  void bodiesThatAreNoAnswersAreFailures(int status, String body, ErrorKind kind) throws Exception {
    try (FaultServer server = FaultServer.start(x -> x.respond(status, body))) {
      for (boolean streaming : new boolean[] {true, false}) {
        Collected got = Collected.from(provider(server), streaming);
        assertThat(got.failure.kind()).isEqualTo(kind);
        assertThat(got.failure.httpStatus()).isEqualTo(status);
      }
    }
  }

  @Test
  void aBreakBeforeTheFirstContentIsANetworkFailure() throws Exception {
    List<FaultServer.Script> breaks =
        List.of(
            FaultServer.Exchange::cut,
            FaultServer.Exchange::reset,
            x -> x.openHead(200, "X-Half:").cut(),
            x -> x.stream().send("ff\r\ndata").cut(),
            x -> x.stream().chunk(": hi\n\n").reset(),
            x -> x.head(200, "Content-Length: 9999").send("{\"choices\":[").cut());
    for (FaultServer.Script script : breaks) {
      try (FaultServer server = FaultServer.start(script)) {
        Collected got = Collected.from(provider(server), true);
        assertThat(got.failure.kind()).isEqualTo(ErrorKind.NETWORK);
        assertThat(server.requests()).as("sent once").hasSize(1);
      }
    }
  }

  @Test
  void aBreakAfterContentIsATruncatedStreamWithTheTextSoFar() throws Exception {
    List<FaultServer.Script> breaks =
        List.of(
            x -> x.stream().chunk(WORD).chunk(WORD).cut(),
            x -> x.stream().chunk(WORD).chunk(WORD).send("ff\r\ndata: {").cut(),
            x -> x.stream().chunk(WORD).chunk(WORD).endChunks(),
            x -> x.stream().chunk(WORD).chunk(WORD).chunk(DONE).endChunks());
    for (FaultServer.Script script : breaks) {
      try (FaultServer server = FaultServer.start(script)) {
        Collected got = Collected.from(provider(server), true);
        assertThat(got.failure.kind()).isEqualTo(ErrorKind.STREAM_TRUNCATED);
        assertThat(got.text.toString()).isEqualTo("word word ");
      }
    }
  }

  @Test
  void whatHappensAfterTheFinishReasonSpoilsNothing() throws Exception {
    List<FaultServer.Script> ends =
        List.of(
            x -> x.stream().chunk(WORD).chunk(FINISH).cut(),
            x -> x.stream().chunk(WORD).chunk(FINISH).endChunks(),
            x -> x.stream().chunk(WORD).chunk(FINISH).send("ff\r\ndata: {").cut(),
            x -> x.stream().chunk(WORD).chunk(FINISH).hang());
    for (FaultServer.Script script : ends) {
      try (FaultServer server = FaultServer.start(script)) {
        Collected got = Collected.from(openAi(server.url()).grace(GRACE).build(), true);
        assertThat(got.failure).isNull();
        assertThat(got.text.toString()).isEqualTo("word ");
        assertThat(got.completion.usage().isUnknown()).isTrue();
      }
    }
  }

  @Test
  void closeEndsAReaderThatWaitsForTheHead() throws Exception {
    closeEndsAReader(x -> x.openHead(200, "X-Endless: yes").hang());
  }

  @Test
  void closeEndsAReaderThatWaitsForTheFirstByte() throws Exception {
    closeEndsAReader(FaultServer.Exchange::hang);
  }

  @Test
  void closeEndsAReaderInTheMiddleOfAStream() throws Exception {
    closeEndsAReader(x -> x.stream().chunk(WORD).hang());
  }

  /** The server sees the connection go, and the reader's thread is free. */
  private void closeEndsAReader(FaultServer.Script script) throws Exception {
    try (FaultServer server = FaultServer.start(script)) {
      ProviderCall call = provider(server).newCall(ChatRequest.of("Hi"), CallOptions.streamed());
      CompletableFuture<ErrorKind> end = CompletableFuture.supplyAsync(() -> kindOfEnd(call));
      assertThat(server.awaitRequest()).isTrue();

      call.close();

      assertThat(end.get(5, TimeUnit.SECONDS)).isEqualTo(ErrorKind.CANCELLED);
      assertThat(server.awaitClientGone()).isTrue();
      call.close();
    }
  }

  @Test
  void closeBetweenTwoPiecesLetsTheServerKnow() throws Exception {
    try (FaultServer server = FaultServer.start(x -> x.stream().chunk(WORD).hang())) {
      ProviderCall call = provider(server).newCall(ChatRequest.of("Hi"), CallOptions.streamed());
      assertThat(call.next()).isNotNull();

      call.close();

      assertThat(server.awaitClientGone()).isTrue();
      assertThat(kindOfEnd(call)).isEqualTo(ErrorKind.CANCELLED);
    }
  }

  @ParameterizedTest
  @CsvSource({"408, X: y, TIMEOUT", "503, 'Retry-After: 0', OVERLOADED", "401, X: y, UNAUTHORIZED"})
  void nothingIsSentTwiceWhateverTheStatus(int status, String header, ErrorKind kind)
      throws Exception {
    try (FaultServer server =
        FaultServer.start(x -> x.respond(status, "", header), x -> x.respond(200, HELLO))) {
      assertThat(Collected.from(provider(server), false).failure.kind()).isEqualTo(kind);
      assertThat(server.requests()).hasSize(1);
    }
  }

  /** The server reads the second request on the old connection and hangs up without an answer. */
  @Test
  void nothingIsSentTwiceOnAStaleConnection() throws Exception {
    try (FaultServer server =
        FaultServer.start(
            x -> x.respond(200, HELLO), FaultServer.Exchange::cut, x -> x.respond(200, HELLO))) {
      LlmProvider provider = provider(server);
      Collected.from(provider, false);
      assertThat(Collected.from(provider, false).failure.kind()).isEqualTo(ErrorKind.NETWORK);
      assertThat(server.requests()).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void aRedirectIsRefusedAndTheKeyStays(int status) throws Exception {
    try (FaultServer other = FaultServer.start(x -> x.respond(200, HELLO));
        FaultServer server =
            FaultServer.start(x -> x.respond(status, "", "Location: " + other.url()))) {
      Collected got = Collected.from(provider(server), false);
      assertThat(got.failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
      assertThat(got.failure).hasMessageContaining("a redirect, which is not followed");
      assertThat(other.requests()).isEmpty();
    }
  }

  @Test
  void aHostileRequestIdIsNotTakenOver() throws Exception {
    try (FaultServer server =
        FaultServer.start(
            x -> x.respond(500, "", "X-Request-Id: " + "a".repeat(129)),
            x -> x.respond(500, "", "X-Request-Id: <script>"),
            x -> x.respond(500, "", "X-Request-Id: " + "a".repeat(128)))) {
      assertThat(Collected.from(provider(server), false).failure.requestId()).isEmpty();
      assertThat(Collected.from(provider(server), false).failure.requestId()).isEmpty();
      assertThat(Collected.from(provider(server), false).failure.requestId()).isPresent();
    }
  }

  private static ErrorKind kindOfEnd(ProviderCall call) {
    try {
      while (call.next() != null) {
        // until it fails
      }
      return null;
    } catch (ProviderException e) {
      return e.kind();
    }
  }
}
