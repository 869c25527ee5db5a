package io.github.resilientllm.okhttp;

import static io.github.resilientllm.okhttp.Bodies.hi;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolChoice;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.okhttp.internal.anthropic.AnthropicProtocol;
import io.github.resilientllm.okhttp.internal.gemini.GeminiProtocol;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.okhttp.internal.json.StrictSchema;
import io.github.resilientllm.okhttp.internal.openai.OpenAiProtocol;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A request is written as the model that it names takes it, and what it does not take is said. */
class ModelFactsTest {
  private static final Tool TOOL =
      Tool.of("f", "does it", "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}");
  private static final ResponseFormat SCHEMA =
      ResponseFormat.jsonSchema(
          "s",
          "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"minLength\":1},"
              + "\"b\":{\"type\":\"object\",\"properties\":{\"c\":{\"type\":\"number\"}}}},"
              + "\"required\":[\"a\"]}");

  private static Protocol protocol(Dialect dialect, String model) {
    return new OpenAiProtocol(dialect.traits(), model, false, InstantSource.system());
  }

  private static JsonNode write(String model, ChatRequest request) throws IOException {
    return Bodies.write(protocol(Dialect.OPENAI, model), request, false);
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-4.1-mini, 1047576, 32768, false",
    "gpt-4o-2024-11-20, 128000, 16384, false",
    "gpt-4, 8192, 0, false",
    "gpt-35-turbo, 16385, 4096, false",
    "ft:gpt-4.1-mini-2025-04-14:org::id, 1047576, 32768, false",
    "o3-2025-04-16, 200000, 100000, true",
    "o1-mini, 128000, 65536, true",
    "gpt-5, 400000, 128000, true",
    "gpt-5-nano-2025-08-07, 400000, 128000, true",
    "gpt-5-chat-latest, 128000, 16384, false",
    "gpt-5.2, 400000, 128000, true",
    "gpt-5.6-luna, 0, 128000, true",
    "gpt-7, 0, 128000, true",
    "our-deployment, 0, 0, false",
    "prod-gpt-4.1-eu, 1047576, 32768, false",
    "foo3-mini, 0, 0, false",
  })
  void windowsAndSilenceAreKnownByName(String name, int window, int output, boolean silent) {
    var can = protocol(Dialect.OPENAI, name).capabilities();
    assertThat(can.contextWindow()).isEqualTo(window);
    assertThat(can.maxOutputTokens()).isEqualTo(output);
    assertThat(can.thinksInSilence()).isEqualTo(silent);
  }

  @ParameterizedTest
  @CsvSource({
    "o4-mini, NONE, low",
    "o4-mini, XHIGH, high",
    "gpt-5, NONE, minimal",
    "gpt-5, MAX, high",
    "gpt-5.1, MINIMAL, none",
    "gpt-5.1, XHIGH, high",
    "gpt-5.2, XHIGH, xhigh",
    "gpt-5.2, MAX, xhigh",
    "gpt-5-pro, LOW, high",
    "our-deployment, MAX, max",
  })
  void theNearestEffortIsAskedFor(String name, ReasoningEffort wanted, String word)
      throws IOException {
    ChatRequest request = hi().reasoningEffort(wanted).build();
    assertThat(write(name, request).get("reasoning_effort").asText()).isEqualTo(word);
    boolean isExact = wanted.name().equalsIgnoreCase(word);
    assertThat(protocol(Dialect.OPENAI, name).leavesOut(request).isEmpty()).isEqualTo(isExact);
  }

  @Test
  void aModelThatDoesNotReasonIsNotAskedTo() throws IOException {
    ChatRequest request = hi().reasoningEffort(ReasoningEffort.HIGH).build();
    assertThat(protocol(Dialect.OPENAI, "gpt-4.1").cannotServe(request)).isPresent();
    ChatRequest any = hi().reasoningEffort(ReasoningEffort.HIGH).bestEffort().build();
    assertThat(protocol(Dialect.OPENAI, "gpt-4.1").cannotServe(any)).isEmpty();
    assertThat(write("gpt-4.1", any).has("reasoning_effort")).isFalse();
    assertThat(protocol(Dialect.OPENAI, "gpt-4.1").leavesOut(any)).contains("reasoning effort");
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-4.1, , true",
    "o3, , false",
    "gpt-5, , false",
    "gpt-5, LOW, false",
    "gpt-5.1, NONE, true",
    "gpt-5.1, , false",
    "gpt-5.4, HIGH, false",
    "our-deployment, HIGH, true",
  })
  void aTemperatureGoesOnlyToModelsThatTakeIt(
      String name, ReasoningEffort effort, boolean goesAlong) throws IOException {
    ChatRequest.Builder builder = hi().temperature(0.2).topP(0.9);
    if (effort != null) {
      builder.reasoningEffort(effort);
    }
    ChatRequest request = builder.build();
    JsonNode body = write(name, request);
    assertThat(body.has("temperature")).isEqualTo(goesAlong);
    assertThat(body.has("top_p")).isEqualTo(goesAlong);
    List<String> leftOut = protocol(Dialect.OPENAI, name).leavesOut(request);
    assertThat(leftOut.contains("temperature")).isEqualTo(!goesAlong);
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-5.2, HIGH, high",
    "gpt-5.4, HIGH, none",
    "gpt-5.4, , -",
    "gpt-5.5, NONE, none",
    "gpt-5.6, , none",
    "gpt-5.6, MEDIUM, none",
    "gpt-4.1, , -",
  })
  void besideToolsItReasonsOnlyWhereTheVendorTakesBoth(
      String name, ReasoningEffort effort, String word) throws IOException {
    ChatRequest.Builder builder = hi().tool(TOOL);
    if (effort != null) {
      builder.reasoningEffort(effort);
    }
    ChatRequest request = builder.build();
    assertThat(write(name, request).path("reasoning_effort").asText("-")).isEqualTo(word);
    boolean isLost = effort != null && !effort.name().equalsIgnoreCase(word);
    assertThat(protocol(Dialect.OPENAI, name).leavesOut(request).toString().contains("Responses"))
        .isEqualTo(isLost);
  }

  @Test
  void metadataGoesOnlyWithWhatIsStored() throws IOException {
    ChatRequest.Builder request = hi().metadata("k", "v");
    assertThat(write("gpt-4.1", request.build()).has("metadata")).isFalse();
    assertThat(protocol(Dialect.OPENAI, "gpt-4.1").leavesOut(request.build())).contains("metadata");
    ChatRequest stored = request.vendorOption("openai", "store", true).build();
    assertThat(write("gpt-4.1", stored).get("metadata").get("k").asText()).isEqualTo("v");
  }

  @Test
  void theOSeriesHasNoSwitchForParallelCalls() throws IOException {
    ChatRequest request = hi().tool(TOOL).parallelToolCalls(false).build();
    assertThat(write("o3-mini", request).has("parallel_tool_calls")).isFalse();
    assertThat(write("gpt-5", request).get("parallel_tool_calls").asBoolean()).isFalse();
  }

  @Test
  void strictSchemasAreClosedAndRequireAllTheyName() throws IOException {
    JsonNode schema =
        write("gpt-4.1", hi().responseFormat(SCHEMA).build())
            .at("/response_format/json_schema/schema");
    for (JsonNode object : List.of(schema, schema.at("/properties/b"))) {
      assertThat(object.get("additionalProperties").asBoolean(true)).isFalse();
    }
    assertThat(schema.get("required").toString()).isEqualTo("[\"a\",\"b\"]");
    assertThat(schema.at("/properties/b/required").toString()).isEqualTo("[\"c\"]");
    assertThat(schema.at("/properties/a/minLength").asInt()).isEqualTo(1);
    JsonNode tool = write("gpt-4.1", hi().tool(TOOL.enforced()).build()).at("/tools/0/function");
    assertThat(tool.get("strict").asBoolean()).isTrue();
    assertThat(tool.at("/parameters/additionalProperties").asBoolean(true)).isFalse();
  }

  @Test
  void whatCannotBeClosedIsNotStrict() throws IOException {
    Tool open = Tool.of("f", "d", "{\"type\":\"object\"}").enforced();
    JsonNode body = write("gpt-4.1", hi().tool(open).build());
    assertThat(body.at("/tools/0/function").has("strict")).isFalse();
    assertThat(protocol(Dialect.OPENAI, "gpt-4.1").leavesOut(hi().tool(open).build()))
        .contains("strict tool parameters");
  }

  @ParameterizedTest
  @ValueSource(strings = {"deepseek-chat", "deepseek-v4"})
  void deepSeekIsToldASchemaInWords(String name) throws IOException {
    JsonNode body =
        Bodies.write(protocol(Dialect.DEEPSEEK, name), hi().responseFormat(SCHEMA).build(), false);
    assertThat(body.at("/response_format").toString()).isEqualTo("{\"type\":\"json_object\"}");
    assertThat(body.at("/messages/0/role").asText()).isEqualTo("system");
    assertThat(body.at("/messages/0/content").asText()).contains("minLength");
  }

  @Test
  void deepSeekDoesNotThinkWhereAToolCallIsForced() throws IOException {
    ChatRequest request =
        hi().tool(TOOL)
            .toolChoice(ToolChoice.required())
            .reasoningEffort(ReasoningEffort.HIGH)
            .build();
    Protocol deepSeek = protocol(Dialect.DEEPSEEK, "deepseek-v4");
    assertThat(Bodies.write(deepSeek, request, false).at("/thinking/type").asText())
        .isEqualTo("disabled");
    assertThat(deepSeek.leavesOut(request)).contains("reasoning effort, beside a forced tool call");
    assertThat(deepSeek.leavesOut(hi().reasoningEffort(ReasoningEffort.LOW).build())).hasSize(1);
  }

  @Test
  void onlySomeOfGroqsModelsAreHeldToASchema() throws IOException {
    ChatRequest request = hi().responseFormat(SCHEMA).build();
    JsonNode held = Bodies.write(protocol(Dialect.GROQ, "openai/gpt-oss-120b"), request, false);
    assertThat(held.at("/response_format/type").asText()).isEqualTo("json_schema");
    JsonNode told = Bodies.write(protocol(Dialect.GROQ, "llama-3.3-70b-versatile"), request, false);
    assertThat(told.at("/response_format/type").asText()).isEqualTo("json_object");
  }

  /** OpenAI ends the call of a tool that was chosen by name with "stop". */
  @Test
  void aCallThatEndsWithStopIsACall() {
    String body =
        "{\"choices\":[{\"message\":{\"content\":null,\"tool_calls\":[{\"id\":\"1\","
            + "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},"
            + "\"finish_reason\":\"stop\"}]}";
    Collected got = Collected.fromBody(Dialect.OPENAI, body, false);
    assertThat(got.completion.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
    assertThat(got.completion.vendorFinishReason()).isEqualTo("stop");
  }

  @Test
  void openRoutersReasoningGoesBackAsItCame() throws IOException {
    String chunk = "data: {\"choices\":[{\"index\":0,\"delta\":%s,\"finish_reason\":%s}]}\n\n";
    String details =
        "{\"reasoning\":\"%s\",\"reasoning_details\":[{\"type\":\"reasoning.text\",%s}]}";
    String stream =
        chunk.formatted(details.formatted("a", "\"text\":\"a\",\"index\":0"), "null")
            + chunk.formatted(details.formatted("b", "\"text\":\"b\",\"index\":0"), "null")
            + chunk.formatted(
                "{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"signature\":\"s\",\"index\":0},"
                    + "{\"type\":\"reasoning.encrypted\",\"data\":\"x\",\"index\":1}]}",
                "null")
            + chunk.formatted("{\"content\":\"Hello\"}", "\"stop\"")
            + "data: [DONE]\n\n";
    Collected got = Collected.fromBody(Dialect.OPENROUTER, stream, true);
    assertThat(got.reasoning.toString()).isEqualTo("ab");
    assertThat(got.vendorData()).hasSize(1);
    ChatRequest next =
        hi().message(
                Message.assistant(
                    List.of(
                        new Part.Reasoning("ab", got.vendorData().get(0)), new Part.Text("Hello"))))
            .user("And?")
            .build();
    assertThat(
            Bodies.write(Collected.protocol(Dialect.OPENROUTER), next, false)
                .at("/messages/1/reasoning_details")
                .toString())
        .isEqualTo(
            "[{\"type\":\"reasoning.text\",\"text\":\"ab\",\"index\":0,\"signature\":\"s\"},"
                + "{\"type\":\"reasoning.encrypted\",\"data\":\"x\",\"index\":1}]");
    assertThat(Bodies.write(Collected.protocol(Dialect.GROQ), next, false).toString())
        .doesNotContain("reasoning_details");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void vertexGetsNoIdsOfCalls(boolean isVertex) throws IOException {
    ChatRequest request =
        hi().message(Message.assistant(List.of(new ToolCall("id-1", "f", "{}"))))
            .message(Message.tool(ToolResult.of("id-1", "done")))
            .build();
    Protocol gemini =
        new GeminiProtocol("gemini-2.5-flash", isVertex, false, InstantSource.system());
    String body = Bodies.write(gemini, request, false).toString();
    assertThat(body.contains("id-1")).isEqualTo(!isVertex);
  }

  @Test
  void fableIsNotToldNotToThink() throws IOException {
    ChatRequest request = hi().reasoningEffort(ReasoningEffort.NONE).build();
    Protocol fable = new AnthropicProtocol("claude-fable-5", false, InstantSource.system());
    assertThat(Bodies.write(fable, request, false).has("thinking")).isFalse();
    assertThat(fable.leavesOut(request)).contains("reasoning effort NONE, for it always thinks");
    Protocol opus = new AnthropicProtocol("claude-opus-4-8", false, InstantSource.system());
    assertThat(Bodies.write(opus, request, false).at("/thinking/type").asText())
        .isEqualTo("disabled");
  }

  @Test
  void aGrammarIsToldNoFormatItDoesNotKnow() throws IOException {
    String schema =
        "{\"properties\":{\"a\":{\"format\":\"regex\",\"not\":{}},\"b\":{\"format\":\"date\"}}}";
    assertThat(StrictSchema.of(schema, "it"))
        .isEqualTo(
            "{\"properties\":{\"a\":{},\"b\":{\"format\":\"date\"}},\"additionalProperties\":false}");
  }
}
