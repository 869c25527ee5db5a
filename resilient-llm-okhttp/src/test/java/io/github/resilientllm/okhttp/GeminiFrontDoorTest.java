package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Capabilities;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.testing.Face;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Gemini as users see it, over a socket. */
@Timeout(60)
class GeminiFrontDoorTest {
  private static final String KEY = "AIza-very-secret-0123456789";
  private static final String WHOLE = "{\"candidates\":[" + say("Hello", "STOP") + "]}";

  private static String say(String text, String reason) {
    return "{\"content\":{\"parts\":[{\"text\":\""
        + text
        + "\"}],\"role\":\"model\"}"
        + (reason.isEmpty() ? "" : ",\"finishReason\":\"" + reason + "\"")
        + "}";
  }

  private static String event(String candidate) {
    return "data: {\"candidates\":[" + candidate + "]}\r\n\r\n";
  }

  private static Gemini.Builder builder(FaultServer server) {
    return Gemini.model("gemini-2.5-flash").apiKey(ApiKey.of(KEY)).baseUrl(server.url() + "beta/");
  }

  private static LlmProvider gemini(FaultServer server) {
    return builder(server).build();
  }

  private static ResilientLlm.Builder client(FaultServer server) {
    return ResilientLlm.with(gemini(server))
        .retry(Retry.upTo(3).withDelay(Duration.ofMillis(1), Duration.ofMillis(2)))
        .deadline(Duration.ofSeconds(30));
  }

  @Test
  void aWholeAnswerAndAStreamHaveUrlsOfTheirOwnAndTheKeyIsInNone() throws Exception {
    try (FaultServer server =
        FaultServer.start(
            x -> x.respond(200, WHOLE),
            x ->
                x.stream()
                    .chunk(event(say("He", "")))
                    .chunk(event(say("llo", "STOP")))
                    .endChunks())) {
      LlmProvider gemini = gemini(server);
      assertThat(Collected.from(gemini, false).text.toString()).isEqualTo("Hello");
      assertThat(Collected.from(gemini, true).text.toString()).isEqualTo("Hello");
      String first = server.requests().get(0);
      assertThat(first)
          .startsWith("POST /v1beta/models/gemini-2.5-flash:generateContent HTTP/1.1\r\n")
          .containsIgnoringCase("\r\nx-goog-api-key: " + KEY + "\r\n")
          .containsIgnoringCase("\r\nAccept: application/json\r\n")
          .doesNotContain("Authorization")
          .endsWith("{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"}]}]}");
      assertThat(server.requests().get(1))
          .startsWith(
              "POST /v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse HTTP/1.1\r\n")
          .containsIgnoringCase("\r\nAccept: text/event-stream\r\n");
      assertThat(server.requests().stream().map(r -> r.lines().findFirst().orElseThrow()))
          .noneMatch(line -> line.contains(KEY));
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void everyFaceAnswersAfterARetry(Face face) throws Exception {
    String busy = "[{\"error\":{\"code\":503,\"status\":\"UNAVAILABLE\",\"message\":\"busy\"}}]";
    try (FaultServer server =
        FaultServer.start(
            x -> x.respond(503, busy),
            x -> {
              if (face == Face.STREAM) {
                x.stream().chunk(event(say("Hello", "STOP"))).endChunks();
              } else {
                x.respond(200, WHOLE);
              }
            })) {
      Face.End end = face.call(client(server).build(), ChatRequest.of("Hi"), Time.system());
      assertThat(end.text()).isEqualTo("Hello");
      assertThat(server.requests()).hasSize(2);
    }
  }

  @Test
  void aStreamThatIsCutOrShedIsNoAnswer() throws Exception {
    String shed = "{\n  \"error\": {\n    \"code\": 503\n  }\n}\n";
    FaultServer.Script[] ends = {
      x -> x.stream().chunk(event(say("He", ""))).endChunks(),
      x -> x.stream().chunk(event(say("He", ""))).cut(),
      x -> x.stream().chunk(event(say("He", ""))).chunk(shed).endChunks(),
      x -> x.stream().chunk(event(say("He", "STOP"))).chunk(shed).endChunks(),
    };
    ErrorKind[] kinds = {
      ErrorKind.STREAM_TRUNCATED,
      ErrorKind.STREAM_TRUNCATED,
      ErrorKind.OVERLOADED,
      ErrorKind.OVERLOADED
    };
    for (int i = 0; i < ends.length; i++) {
      try (FaultServer server = FaultServer.start(ends[i])) {
        Collected got = Collected.from(gemini(server), true);
        assertThat(got.failure.kind()).isEqualTo(kinds[i]);
        assertThat(got.text.toString()).isEqualTo("He");
      }
    }
  }

  @Test
  void whatHappensAfterTheFinishReasonSpoilsNothing() throws Exception {
    FaultServer.Script[] ends = {
      x -> x.stream().chunk(event(say("Hello", "STOP"))).cut(),
      x -> x.stream().chunk(event(say("Hello", "STOP"))).send("ff\r\ndata: {").cut(),
      x -> x.stream().chunk(event(say("Hello", "STOP"))).hang(),
    };
    for (FaultServer.Script end : ends) {
      try (FaultServer server = FaultServer.start(end)) {
        Collected got = Collected.from(builder(server).grace(Duration.ofMillis(50)).build(), true);
        assertThat(got.failure).isNull();
        assertThat(got.text.toString()).isEqualTo("Hello");
        assertThat(got.completion.finishReason()).isEqualTo(FinishReason.STOP);
      }
    }
  }

  @Test
  void anEndlessStreamIsCutOff() throws Exception {
    byte[] junk = ("{" + "x".repeat(1 << 16) + "\r\n").getBytes(StandardCharsets.UTF_8);
    try (FaultServer server =
        FaultServer.start(
            x ->
                x.head(200, "Content-Type: text/event-stream")
                    .send(event(say("a", "")))
                    .endless(junk))) {
      Collected got = Collected.from(gemini(server), true);
      assertThat(got.failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
      assertThat(server.awaitClientGone()).isTrue();
    }
  }

  @Test
  void aToolLoopGivesBackWhatTheModelSigned() throws Exception {
    String call =
        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"One moment.\","
            + "\"thoughtSignature\":\"T1\"},{\"functionCall\":{\"name\":\"where\",\"args\":{}},"
            + "\"thoughtSignature\":\"C1\"}]},\"finishReason\":\"STOP\"}]}";
    try (FaultServer server =
        FaultServer.start(x -> x.respond(200, call), x -> x.respond(200, WHOLE))) {
      ResilientLlm llm = client(server).build();
      ChatRequest.Builder talk =
          ChatRequest.builder().user("Hi").tool(Tool.of("where", "", "{\"type\":\"object\"}"));
      ChatResponse answer = llm.chat(talk.build());
      assertThat(answer.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
      String id = answer.toolCalls().get(0).id();
      llm.chat(
          talk.message(answer.message()).message(Message.tool(ToolResult.of(id, "here"))).build());
      assertThat(server.requests().get(1))
          .contains(
              "{\"text\":\"One moment.\",\"thoughtSignature\":\"T1\"},"
                  + "{\"functionCall\":{\"name\":\"where\",\"args\":{}},\"thoughtSignature\":\"C1\"}")
          .contains(
              "{\"functionResponse\":{\"name\":\"where\",\"response\":{\"output\":\"here\"}}}")
          .doesNotContain(id);
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aKeyIsShownNowhere(Face face) throws Exception {
    String body =
        "{\"error\":{\"code\":400,\"message\":\"API key not valid: "
            + KEY
            + "\",\"status\":\"INVALID_ARGUMENT\",\"details\":[{\"reason\":\"API_KEY_INVALID\"}]}}";
    try (FaultServer server = FaultServer.start(x -> x.respond(400, body))) {
      LlmException failure =
          face.call(client(server).build(), ChatRequest.of("a-question"), Time.system()).error();
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      LlmProvider gemini = gemini(server);
      assertThat(
              trace
                  + gemini.toString()
                  + gemini.newCall(ChatRequest.of("a-question"), CallOptions.streamed()))
          .doesNotContain(KEY)
          .doesNotContain("a-question")
          .contains("type INVALID_ARGUMENT, code 400, inner code API_KEY_INVALID")
          .contains("gemini/gemini-2.5-flash");
      assertThat(failure.kind()).isEqualTo(ErrorKind.UNAUTHORIZED);
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void vertexHasItsOwnPathAndTakesAToken() throws Exception {
    try (FaultServer server = FaultServer.start(x -> x.respond(200, WHOLE))) {
      Gemini.Builder builder =
          Gemini.model("gemini-2.5-pro")
              .vertex("my-project", "europe-west1")
              .apiKey(ApiKey.supplied(() -> "ya29.token"))
              .baseUrl(server.url());
      Collected.from(builder.build(), false);
      assertThat(server.requests().get(0))
          .startsWith(
              "POST /v1/projects/my-project/locations/europe-west1/publishers/google/models/"
                  + "gemini-2.5-pro:generateContent HTTP/1.1")
          .containsIgnoringCase("\r\nAuthorization: Bearer ya29.token\r\n")
          .doesNotContain("x-goog-api-key");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "models/gemini-2.5-flash, /v1/models/gemini-2.5-flash:generateContent",
    "tunedModels/mine-1, /v1/tunedModels/mine-1:generateContent",
    "a?b#c, /v1/models/a%3Fb%23c:generateContent"
  })
  void aNameWithASlashSaysItselfWhereTheModelLies(String name, String path) throws Exception {
    try (FaultServer server = FaultServer.start(x -> x.respond(200, WHOLE))) {
      Collected.from(Gemini.model(name).baseUrl(server.url()).build(), false);
      assertThat(server.requests().get(0)).startsWith("POST " + path + " HTTP/1.1");
    }
  }

  @Test
  void googlesOwnAddressesAreKnown() {
    ApiKey key = ApiKey.of(KEY);
    assertThat(Gemini.model("m").address().toString())
        .isEqualTo("https://generativelanguage.googleapis.com/v1beta");
    assertThat(Gemini.model("m").vertex("p", "us-central1").apiKey(key).address().toString())
        .isEqualTo("https://us-central1-aiplatform.googleapis.com/v1");
    assertThat(Gemini.model("m").vertex("p", "eu").apiKey(key).address().toString())
        .isEqualTo("https://aiplatform.eu.rep.googleapis.com/v1");
    assertThat(Gemini.model("m").vertex("p", "global").apiKey(key).address().toString())
        .isEqualTo("https://aiplatform.googleapis.com/v1");
  }

  @ParameterizedTest
  @CsvSource({
    "gemini-2.5-flash, 1048576, 65536",
    "models/gemini-3-pro-preview, 1048576, 65536",
    "gemini-2.0-flash-001, 1048576, 8192",
    "gemini-1.5-pro-002, 2097152, 8192",
    "gemini-2.5-flash-image, 0, 0",
    "gemini-flash-latest, 0, 0",
    "something-else, 0, 0"
  })
  void sizesAreToldWhereTheNameTellsThem(String model, int window, int output) {
    Capabilities known = Gemini.model(model).apiKey(ApiKey.of(KEY)).build().capabilities();
    assertThat(known.contextWindow()).isEqualTo(window);
    assertThat(known.maxOutputTokens()).isEqualTo(output);
  }

  @Test
  void mistakesAreToldWhereTheyAreMade() {
    assertThatThrownBy(() -> Gemini.model(" ")).hasMessage("The model's name is blank");
    assertThatThrownBy(() -> Gemini.model("m").build())
        .hasMessage("Gemini needs a key; call apiKey(...)");
    assertThatThrownBy(() -> Gemini.model("m").vertex("a/b", "global")).hasMessageContaining("a/b");
    assertThatThrownBy(() -> Gemini.model("m").vertex("p", "evil.test/"))
        .hasMessageContaining("evil.test/");
    assertThatThrownBy(() -> Gemini.model("m").header("x-goog-api-key", "secret"))
        .hasMessageContaining("apiKey")
        .hasMessageNotContaining("secret");
  }
}
