package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.provider.LlmProvider;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Claude where Google serves it: Anthropic's messages, Google's address, token and errors. */
class ClaudeOnVertexTest {
  private static final String MODEL = "claude-sonnet-4-5@20250929";
  private static final String WHOLE =
      "{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"Hello\"}],"
          + "\"stop_reason\":\"end_turn\"}";
  private static final String STREAM =
      """
      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}

      event: message_stop
      data: {"type":"message_stop"}

      """;

  private static Anthropic.Builder builder() {
    return Anthropic.model(MODEL).vertex("my-project", "europe-west1");
  }

  private static LlmProvider at(FaultServer server) {
    return builder()
        .baseUrl(server.url())
        .beta("context-1m-2025-08-07")
        .authToken(ApiKey.of("ya29.token"))
        .build();
  }

  private static JsonNode body(String request) throws Exception {
    return Fixtures.JSON.readTree(request.substring(request.indexOf("\r\n\r\n") + 4));
  }

  @Test
  void aRequestHasTheModelInItsPathAndTheVersionInItsBody() throws Exception {
    try (FaultServer server =
        FaultServer.start(x -> x.respond(200, WHOLE), x -> x.stream().chunk(STREAM).endChunks())) {
      LlmProvider claude = at(server);
      assertThat(claude).hasToString("anthropic/" + MODEL);
      assertThat(Collected.from(claude, false).text).hasToString("Hello");
      assertThat(Collected.from(claude, true).text).hasToString("Hello");
      String path =
          "POST /v1/projects/my-project/locations/europe-west1/publishers/anthropic/models/"
              + MODEL;
      assertThat(server.requests().get(0)).startsWith(path + ":rawPredict HTTP/1.1");
      assertThat(server.requests().get(1)).startsWith(path + ":streamRawPredict HTTP/1.1");
      for (String request : server.requests()) {
        assertThat(request)
            .contains("Authorization: Bearer ya29.token")
            .containsIgnoringCase("anthropic-beta: context-1m-2025-08-07")
            .doesNotContainIgnoringCase("\r\nanthropic-version:");
        assertThat(body(request).get("anthropic_version").asText()).isEqualTo("vertex-2023-10-16");
        assertThat(body(request).has("model")).isFalse();
      }
      assertThat(body(server.requests().get(1)).get("stream").asBoolean()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "europe-west1, https://europe-west1-aiplatform.googleapis.com/v1",
    "global, https://aiplatform.googleapis.com/v1",
    "eu, https://aiplatform.eu.rep.googleapis.com/v1",
  })
  void eachLocationHasItsAddress(String location, String address) {
    assertThat(Vertex.of("p", location).address()).isEqualTo(address);
  }

  @Test
  void googlesErrorsAreUnderstood() throws Exception {
    String google = "[{\"error\":{\"code\":%d,\"message\":\"m\",\"status\":\"%s\"}}]";
    try (FaultServer server =
        FaultServer.start(
            x -> x.respond(401, google.formatted(401, "UNAUTHENTICATED")),
            x -> x.respond(429, google.formatted(429, "RESOURCE_EXHAUSTED")),
            x -> x.respond(404, google.formatted(404, "NOT_FOUND")))) {
      LlmProvider claude = at(server);
      assertThat(Collected.from(claude, false).failure.kind()).isEqualTo(ErrorKind.UNAUTHORIZED);
      assertThat(Collected.from(claude, false).failure.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
      assertThat(Collected.from(claude, false).failure.kind()).isEqualTo(ErrorKind.MODEL_NOT_FOUND);
    }
  }

  @Test
  void whatGoogleDoesNotTakeIsRefusedByNameOrAskedForInWords() throws Exception {
    LlmProvider claude = builder().authToken(ApiKey.of("t")).build();
    Part image = Part.Image.of(URI.create("https://example.org/cat.png"));
    ChatRequest picture = ChatRequest.builder().message(Message.user(image)).build();
    assertThat(claude.cannotServe(picture))
        .contains("anthropic on Vertex takes images by bytes, not by URL");

    ChatRequest json =
        ChatRequest.builder()
            .user("Hi")
            .responseFormat(ResponseFormat.jsonSchema("answer", "{\"type\":\"object\"}"))
            .build();
    try (FaultServer server = FaultServer.start(x -> x.respond(200, WHOLE))) {
      Collected.from(at(server), json, false);
      JsonNode body = body(server.requests().get(0));
      assertThat(body.has("output_config")).isFalse();
      assertThat(body.at("/system/0/text").asText()).contains("JSON Schema");
    }
  }

  @Test
  void itTakesATokenOnly() {
    String needs = "Claude on Vertex needs a token of Google; call authToken(...)";
    assertThatThrownBy(builder()::build).hasMessage(needs);
    assertThatThrownBy(builder().apiKey(ApiKey.of("k"))::build).hasMessage(needs);
    assertThatThrownBy(() -> Anthropic.model(MODEL).vertex("my project", "eu"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("\"my project\" is no name of a project");
  }
}
