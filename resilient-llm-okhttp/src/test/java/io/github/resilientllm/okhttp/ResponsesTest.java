package io.github.resilientllm.okhttp;

import static io.github.resilientllm.okhttp.internal.responses.ResponsesAnswerTest.event;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.LlmProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Responses API on the wire, through the front door. */
class ResponsesTest {
  private static final String KEY = "sk-very-secret-0123456789";
  private static final Tool WEATHER =
      Tool.of("get_weather", "Get weather", "{\"type\":\"object\"}");

  private static LlmProvider provider(FaultServer server) {
    return OpenAi.responses("gpt-5.6")
        .dialect(Dialect.OPENAI)
        .apiKey(ApiKey.of(KEY))
        .baseUrl(server.url())
        .build();
  }

  private static String requestLine(FaultServer server) {
    return server.requests().get(0).lines().findFirst().orElseThrow();
  }

  private static JsonNode body(String request) throws IOException {
    return Fixtures.JSON.readTree(request.substring(request.indexOf("\r\n\r\n") + 4));
  }

  private static void answer(FaultServer.Exchange x, String... events) throws IOException {
    x.stream();
    for (String event : events) {
      x.chunk(event(event));
    }
    x.endChunks();
  }

  private static String text(String text) {
    return "{'type':'response.output_text.delta','output_index':0,'content_index':0,'delta':'"
        + text
        + "'}";
  }

  private static String completed() {
    return "{'type':'response.completed','response':{'id':'resp_1','status':'completed',"
        + "'model':'gpt-5.6','output':[],'usage':{'input_tokens':3,'output_tokens':2}}}";
  }

  private static String whole(String output) {
    String json =
        "{'id':'resp_1','status':'completed','model':'gpt-5.6','output':[" + output + "]}";
    return json.replace('\'', '"');
  }

  private static String said(String text) {
    return "{'type':'message','content':[{'type':'output_text','text':'" + text + "'}]}";
  }

  @Test
  void aStreamIsAskedForAtItsOwnUrlAndReadToItsEnd() throws Exception {
    try (FaultServer server =
        FaultServer.start(x -> answer(x, text("Hel"), text("lo"), completed()))) {
      Collected got = Collected.from(provider(server), true);
      assertThat(got.text.toString()).isEqualTo("Hello");
      assertThat(got.completion.finishReason()).isEqualTo(FinishReason.STOP);
      assertThat(requestLine(server)).startsWith("POST /v1/responses HTTP");
      assertThat(server.requests().get(0)).contains("Bearer " + KEY);
      assertThat(body(server.requests().get(0)).get("stream").asBoolean()).isTrue();
    }
  }

  @Test
  void aWholeAnswerIsReadAtOnce() throws Exception {
    try (FaultServer server = FaultServer.start(x -> x.respond(200, whole(said("Hello"))))) {
      Collected got = Collected.from(provider(server), false);
      assertThat(got.text.toString()).isEqualTo("Hello");
      assertThat(body(server.requests().get(0)).get("stream").asBoolean()).isFalse();
    }
  }

  @Test
  void aKeyIsShownNowhere() throws Exception {
    PrintStream err = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    StringBuilder shown = new StringBuilder();
    String failed =
        "{'type':'response.failed','response':{'error':{'code':'"
            + KEY
            + "','message':'"
            + KEY
            + "'}}}";
    try (FaultServer server =
        FaultServer.start(
            x -> x.respond(500, KEY),
            x ->
                x.respond(
                    401, "{\"error\":{\"message\":\"" + KEY + "\",\"code\":\"" + KEY + "\"}}"),
            x -> answer(x, failed))) {
      LlmProvider provider = provider(server);
      shown.append(provider);
      for (int i = 0; i < 3; i++) {
        shown.append(Collected.from(provider, true).failure);
      }
    } finally {
      System.setErr(err);
    }
    assertThat(shown.toString()).doesNotContain(KEY).contains("HTTP 401");
    assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain(KEY);
  }

  @Test
  void anotherServersThoughtsAreNotOpenAis() {
    LlmProvider elsewhere = OpenAi.responses("qwen3").baseUrl("http://localhost:1234/v1").build();
    assertThat(elsewhere.vendor()).isEqualTo("openai-compatible");
    assertThat(OpenAi.responses("gpt-5.6").apiKey(ApiKey.of(KEY)).build())
        .hasToString("openai/gpt-5.6");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2025-04-01-preview"})
  void azureHasItsOwnUrls(String version) throws Exception {
    try (FaultServer server = FaultServer.start(x -> x.respond(200, whole(said("Hello"))))) {
      AzureOpenAi.Builder azure =
          AzureOpenAi.responses("support-gpt")
              .endpoint(server.url().replace("/v1", ""))
              .apiKey(ApiKey.of(KEY));
      LlmProvider provider = version.isEmpty() ? azure.build() : azure.apiVersion(version).build();
      assertThat(Collected.from(provider, false).text.toString()).isEqualTo("Hello");
      assertThat(requestLine(server))
          .startsWith(
              version.isEmpty()
                  ? "POST /openai/v1/responses HTTP"
                  : "POST /openai/responses?api-version=2025-04-01-preview HTTP");
      assertThat(body(server.requests().get(0)).get("model").asText()).isEqualTo("support-gpt");
    }
  }

  /** OpenAI calls a tool, is down for the next round, and is back for the last. */
  @Test
  void aConversationChangesItsVendorInTheMiddleOfItsToolCallsAndComesBack() throws Exception {
    String thought =
        "{'id':'rs_1','type':'reasoning','summary':[],'encrypted_content':'gAAA-first='}";
    String call =
        "{'id':'fc_1','type':'function_call','call_id':'call_1','name':'get_weather',"
            + "'arguments':'{}','status':'completed'}";
    String toolUse =
        "{'id':'msg_1','model':'claude','content':[{'type':'tool_use','id':'toolu_2',"
            + "'name':'get_weather','input':{'city':'Bern'}}],'stop_reason':'tool_use'}";
    try (FaultServer openAi =
            FaultServer.start(
                x -> x.respond(200, whole(thought + "," + call)),
                x -> x.respond(503, "{\"error\":{\"code\":\"server_is_overloaded\"}}"),
                x -> x.respond(200, whole(said("Rain."))));
        FaultServer anthropic =
            FaultServer.start(x -> x.respond(200, toolUse.replace('\'', '"')))) {
      ResilientLlm llm =
          ResilientLlm.with(Target.of(provider(openAi)).named("openai"))
              .fallback(
                  Target.of(
                          Anthropic.model("claude-opus-5")
                              .apiKey(ApiKey.of(KEY))
                              .baseUrl(anthropic.url())
                              .build())
                      .named("anthropic"))
              .retry(Retry.none())
              .build();
      List<Message> history = new ArrayList<>(List.of(Message.user("Will it rain?")));
      List<String> answeredBy = new ArrayList<>();
      ChatResponse last = ChatResponse.of("");
      for (int round = 0; round < 3; round++) {
        last =
            llm.chat(
                ChatRequest.builder()
                    .messages(history)
                    .tool(WEATHER)
                    .reasoningEffort(ReasoningEffort.HIGH)
                    .build());
        answeredBy.add(last.answeredBy());
        history.add(last.message());
        for (ToolCall asked : last.toolCalls()) {
          history.add(Message.tool(asked.result("Clouds")));
        }
      }
      assertThat(answeredBy).containsExactly("openai", "anthropic", "openai");
      assertThat(last.text()).isEqualTo("Rain.");

      String toAnthropic = anthropic.requests().get(0);
      assertThat(toAnthropic).contains("\"call_1\"").doesNotContain("gAAA");
      JsonNode input = body(openAi.requests().get(2)).get("input");
      List<String> kinds = new ArrayList<>();
      input.forEach(
          item ->
              kinds.add(
                  item.path("type").asText(item.path("role").asText())
                      + item.path("call_id").asText("")));
      assertThat(kinds)
          .containsExactly(
              "user",
              "reasoning",
              "function_callcall_1",
              "function_call_outputcall_1",
              "function_calltoolu_2",
              "function_call_outputtoolu_2");
      assertThat(input.get(1).get("encrypted_content").asText()).isEqualTo("gAAA-first=");
      assertThat(input.get(1).has("id")).isFalse();
    }
  }

  @Test
  void aThoughtOfAnotherAccountsMovesOnToWhoeverTakesIt() throws Exception {
    String refused =
        "{\"error\":{\"message\":\"The encrypted content gAAA could not be verified.\","
            + "\"type\":\"invalid_request_error\",\"code\":\"invalid_encrypted_content\"}}";
    try (FaultServer server = FaultServer.start(x -> x.respond(400, refused))) {
      assertThat(Collected.from(provider(server), false).failure.kind())
          .isEqualTo(ErrorKind.NOT_FOR_THIS_TARGET);
    }
  }
}
