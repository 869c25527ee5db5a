package io.github.resilientllm.okhttp.internal.anthropic;

import static io.github.resilientllm.okhttp.Bodies.assertJson;
import static io.github.resilientllm.okhttp.Bodies.hi;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolChoice;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.Bodies;
import io.github.resilientllm.okhttp.Fixtures;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.okhttp.internal.models.NamedModel;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Everything that a request carries arrives in Anthropic's words, or is said to be left out. */
class AnthropicRequestTest {
  private static final String SONNET_4 = "claude-sonnet-4-20250514";
  private static final String SONNET_45 = "claude-sonnet-4-5";
  private static final String OPUS_46 = "claude-opus-4-6";
  private static final String OPUS_5 = "claude-opus-5";
  private static final String SCHEMA =
      "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\",\"minimum\":1}},"
          + "\"required\":[\"n\"]}";
  private static final Tool WEATHER =
      Tool.of("get_weather", "Get weather", "{\"type\":\"object\",\"properties\":{}}");
  private static final VendorData SEAL = new VendorData("anthropic", "signature sig");

  private static AnthropicProtocol protocol(String model) {
    return new AnthropicProtocol(model, false, InstantSource.system());
  }

  private static JsonNode write(String model, ChatRequest request) throws IOException {
    return Bodies.write(protocol(model), request, false);
  }

  private static List<String> leftOut(String model, ChatRequest request) {
    return protocol(model).leavesOut(request);
  }

  private static ChatRequest.Builder afterThought() {
    return hi().message(
            Message.assistant(List.of(new Part.Reasoning("hm", SEAL), new Part.Text("Hello"))))
        .user("And?");
  }

  @ParameterizedTest
  @CsvSource({
    "claude-fable-5-1, true",
    "claude-mythos-5-1, true",
    "claude-opus-5-5, true",
    "claude-fable-5, false",
    "claude-opus-5, false",
    "claude-sonnet-4-5, false",
  })
  void aThoughtThatNoLongerFitsIsDroppedAndNotRefused(String model, boolean binds)
      throws IOException {
    Protocol dropping =
        new AnthropicProtocol(NamedModel.of(model), false, true, false, InstantSource.system());
    String place = "/thinking/block_binding/prefix_mismatch_behavior";
    JsonNode body = Bodies.write(dropping, afterThought().build(), true);
    assertThat(body.at(place).asText()).isEqualTo(binds ? "drop_block" : "");
    assertThat(body.has("thinking")).isEqualTo(binds);
    JsonNode asked =
        Bodies.write(dropping, afterThought().reasoningEffort(ReasoningEffort.HIGH).build(), true);
    assertThat(asked.at(place).asText()).isEqualTo(binds ? "drop_block" : "");
    assertThat(write(model, afterThought().build()).has("thinking")).isFalse();
    assertThat(Bodies.write(dropping, hi().build(), true).has("thinking")).isFalse();
  }

  @Test
  void whatTheCallerSaysOfThinkingStands() throws IOException {
    ChatRequest request =
        afterThought().vendorOption("anthropic", "thinking", Map.of("type", "adaptive")).build();
    Protocol dropping =
        new AnthropicProtocol(
            NamedModel.of("claude-fable-5-1"), false, true, false, InstantSource.system());
    assertThat(Bodies.write(dropping, request, true).get("thinking")).hasSize(1);
  }

  @Test
  void fableIsNotToldNotToThinkAmidAnothersToolCalls() throws IOException {
    ChatRequest request =
        hi().tool(WEATHER)
            .message(Message.assistant(List.of(new ToolCall("1", "get_weather", "{}"))))
            .message(Message.tool(ToolResult.of("1", "sun")))
            .reasoningEffort(ReasoningEffort.HIGH)
            .build();
    assertThat(write("claude-fable-5", request).has("thinking")).isFalse();
    assertThat(write("claude-opus-5", request).at("/thinking/type").asText()).isEqualTo("disabled");
  }

  @Test
  void everySettingIsWritten() throws IOException {
    ChatRequest request =
        ChatRequest.builder()
            .system("Be brief.")
            .user("Hi")
            .temperature(0.5)
            .maxOutputTokens(9)
            .stop("a", "b")
            .metadata("user_id", "u1")
            .tool(WEATHER)
            .toolChoice(ToolChoice.tool("get_weather"))
            .parallelToolCalls(false)
            .vendorOption("anthropic", "top_k", 5)
            .vendorOption("anthropic", "service_tier", "standard_only")
            .vendorOption("openai", "user", "x")
            .build();
    assertJson(
        write(SONNET_4, request),
        "{'model':'claude-sonnet-4-20250514','max_tokens':9,"
            + "'system':[{'type':'text','text':'Be brief.'}],"
            + "'messages':[{'role':'user','content':[{'type':'text','text':'Hi'}]}],"
            + "'tools':[{'name':'get_weather','description':'Get weather',"
            + "'input_schema':{'type':'object','properties':{}}}],"
            + "'tool_choice':{'type':'tool','name':'get_weather','disable_parallel_tool_use':true},"
            + "'temperature':0.5,'stop_sequences':['a','b'],'metadata':{'user_id':'u1'},"
            + "'stream':false,'top_k':5,'service_tier':'standard_only'}");
    assertThat(leftOut(SONNET_4, request)).isEmpty();
    assertThat(protocol(SONNET_4).cannotServe(request)).isEmpty();
  }

  @Test
  void imagesCallsResultsAndThoughtsAreBlocks() throws IOException {
    ChatRequest request =
        ChatRequest.builder()
            .user(
                new Part.Text("Look"),
                Part.Image.of(new byte[] {1, 2, 3, 4}, "image/PNG"),
                Part.Image.of(URI.create("https://x.test/a.png")))
            .message(
                Message.assistant(
                    List.of(
                        new Part.Reasoning("hm", SEAL),
                        new Part.Reasoning("", new VendorData("anthropic", "redacted enc")),
                        new ToolCall("call_1", "get_weather", "{\"city\":\"Oslo\"}"),
                        new ToolCall("call_2", "get_weather", ""))))
            .message(
                Message.tool(
                    new ToolResult(
                        "call_1", List.of(Part.Image.of(new byte[] {1}, "image/gif")), false),
                    ToolResult.failure("call_2", "no"),
                    ToolResult.of("call_3", "nobody asked")))
            .tool(WEATHER)
            .build();
    assertJson(
        write(SONNET_4, request).get("messages"),
        "[{'role':'user','content':[{'type':'text','text':'Look'},"
            + "{'type':'image','source':{'type':'base64','media_type':'image/png','data':'AQIDBA=='}},"
            + "{'type':'image','source':{'type':'url','url':'https://x.test/a.png'}}]},"
            + "{'role':'assistant','content':["
            + "{'type':'thinking','thinking':'hm','signature':'sig'},"
            + "{'type':'redacted_thinking','data':'enc'},"
            + "{'type':'tool_use','id':'call_1','name':'get_weather','input':{'city':'Oslo'}},"
            + "{'type':'tool_use','id':'call_2','name':'get_weather','input':{}}]},"
            + "{'role':'user','content':["
            + "{'type':'tool_result','tool_use_id':'call_1','content':[{'type':'image',"
            + "'source':{'type':'base64','media_type':'image/gif','data':'AQ=='}}]},"
            + "{'type':'tool_result','tool_use_id':'call_2',"
            + "'content':[{'type':'text','text':'no'}],'is_error':true}]}]");
    assertThat(leftOut(SONNET_4, request)).containsExactly("a tool result without its call");
  }

  @Test
  void toolsThatWereCalledAreDeclaredAndNotCalledAgain() throws IOException {
    ChatRequest request =
        hi().message(Message.assistant(List.of(new ToolCall("1", "f", "{}"))))
            .message(Message.tool(ToolResult.of("1", "x")))
            .build();
    JsonNode body = write(SONNET_4, request);
    assertJson(body.get("tools"), "[{'name':'f','input_schema':{'type':'object'}}]");
    assertJson(body.get("tool_choice"), "{'type':'none'}");
  }

  @ParameterizedTest
  @CsvSource({"AUTO, auto", "NONE, none", "REQUIRED, any"})
  void choicesHaveTheirWords(ToolChoice.Mode mode, String word) throws IOException {
    ToolChoice choice =
        switch (mode) {
          case AUTO -> ToolChoice.auto();
          case NONE -> ToolChoice.none();
          default -> ToolChoice.required();
        };
    ChatRequest.Builder request = hi().tool(WEATHER).toolChoice(choice);
    assertJson(write(OPUS_5, request.build()).get("tool_choice"), "{'type':'" + word + "'}");
    JsonNode one = write(OPUS_5, request.parallelToolCalls(false).build()).get("tool_choice");
    assertThat(one.has("disable_parallel_tool_use")).isEqualTo(mode != ToolChoice.Mode.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "claude-3-haiku-20240307, 4096",
    "claude-3-5-sonnet-20241022, 8192",
    "claude-opus-4-1, 16384",
    "claude-opus-5, 16384",
  })
  void thereIsAlwaysALimit(String model, int tokens) throws IOException {
    assertThat(write(model, hi().build()).get("max_tokens").asInt()).isEqualTo(tokens);
    JsonNode own = write(model, hi().maxOutputTokens(77).build());
    assertThat(own.get("max_tokens").asInt()).isEqualTo(77);
  }

  @Test
  void samplingIsClampedOrLeftOut() throws IOException {
    ChatRequest hot = hi().temperature(1.5).topP(0.5).build();
    JsonNode old = write(SONNET_4, hot);
    assertThat(old.get("temperature").asDouble()).isEqualTo(1);
    assertThat(old.get("top_p").asDouble()).isEqualTo(0.5);
    assertThat(leftOut(SONNET_4, hot)).containsExactly("temperature above 1");

    assertThat(write(SONNET_45, hot).has("top_p")).isFalse();
    assertThat(leftOut(SONNET_45, hot)).containsExactly("temperature above 1", "topP");

    JsonNode newest = write(OPUS_5, hot);
    assertThat(newest.has("temperature") || newest.has("top_p")).isFalse();
    assertThat(leftOut(OPUS_5, hot)).containsExactly("temperature", "topP");
  }

  @ParameterizedTest
  @CsvSource({
    "claude-opus-5, NONE, disabled, '', 16384",
    "claude-opus-5-5, NONE, '', '', 16384",
    "claude-sonnet-5-5, NONE, between_tools, '', 16384",
    "claude-haiku-5-5, NONE, between_tools, '', 16384",
    "claude-opus-5, MINIMAL, adaptive, low, 16384",
    "claude-opus-5, XHIGH, adaptive, xhigh, 16384",
    "claude-opus-4-6, XHIGH, adaptive, high, 16384",
    "claude-opus-4-6, MAX, adaptive, max, 16384",
    "claude-sonnet-4-5, NONE, '', '', 16384",
    "claude-sonnet-4-5, MEDIUM, 8192, '', 24576",
    "claude-opus-4-1, MAX, 24000, '', 32000",
    "claude-3-5-haiku-latest, HIGH, '', '', 8192",
  })
  void effortIsSaidAsEachModelTakesIt(
      String model, ReasoningEffort effort, String thinking, String word, int maxTokens)
      throws IOException {
    JsonNode body = write(model, hi().reasoningEffort(effort).build());
    String said = body.at("/thinking/budget_tokens").asText(body.at("/thinking/type").asText(""));
    assertThat(said).isEqualTo(thinking);
    assertThat(body.at("/output_config/effort").asText("")).isEqualTo(word);
    assertThat(body.get("max_tokens").asInt()).isEqualTo(maxTokens);
  }

  @Test
  void thinkingGivesWayWhereTheVendorWouldRefuseIt() throws IOException {
    ChatRequest.Builder high = hi().reasoningEffort(ReasoningEffort.HIGH);
    ChatRequest noRoom = high.maxOutputTokens(1_000).build();
    assertThat(write(SONNET_45, noRoom).has("thinking")).isFalse();
    assertThat(leftOut(SONNET_45, noRoom))
        .containsExactly("reasoning effort, for which the output limit has no room");

    ChatRequest some = high.maxOutputTokens(4_000).build();
    assertThat(write(SONNET_45, some).at("/thinking/budget_tokens").asInt()).isEqualTo(3_000);

    ChatRequest forced = high.tool(WEATHER).toolChoice(ToolChoice.required()).build();
    assertThat(write(SONNET_45, forced).has("thinking")).isFalse();
    assertThat(leftOut(SONNET_45, forced))
        .containsExactly("reasoning effort, beside a forced tool call");
    assertThat(write(OPUS_46, forced).at("/thinking/type").asText()).isEqualTo("adaptive");

    ChatRequest warm = hi().reasoningEffort(ReasoningEffort.LOW).temperature(0.3).build();
    assertThat(write(SONNET_45, warm).has("temperature")).isFalse();
    assertThat(leftOut(SONNET_45, warm)).containsExactly("temperature");
  }

  @Test
  void aToolLoopOfAnotherVendorIsGoneOnWithWithoutThinking() throws IOException {
    ToolCall call = new ToolCall("1", "get_weather", "{}");
    Part foreign = new Part.Reasoning("t", new VendorData("gemini", "s"));
    ChatRequest.Builder high = hi().reasoningEffort(ReasoningEffort.HIGH).tool(WEATHER);
    ChatRequest other =
        high.message(Message.assistant(List.of(foreign, call)))
            .message(Message.tool(ToolResult.of("1", "x")))
            .build();
    assertThat(write(OPUS_5, other).at("/thinking/type").asText()).isEqualTo("disabled");
    assertThat(write(OPUS_5, other).has("output_config")).isFalse();
    assertThat(write(SONNET_45, other).has("thinking")).isFalse();
    assertThat(leftOut(SONNET_45, other))
        .containsExactly(
            "reasoning of another vendor",
            "reasoning effort, amid tool calls that another vendor began");

    ChatRequest own =
        hi().reasoningEffort(ReasoningEffort.HIGH)
            .tool(WEATHER)
            .message(Message.assistant(List.of(new Part.Reasoning("t", SEAL), call)))
            .message(Message.tool(ToolResult.of("1", "x")))
            .message(Message.assistant(List.of(new ToolCall("2", "get_weather", "{}"))))
            .message(Message.tool(ToolResult.of("2", "y")))
            .build();
    assertThat(write(SONNET_45, own).at("/thinking/type").asText()).isEqualTo("enabled");
    assertThat(leftOut(SONNET_45, own)).isEmpty();

    ChatRequest over = other.toBuilder().assistant("It rains.").user("Thanks").build();
    assertThat(write(SONNET_45, over).at("/thinking/type").asText()).isEqualTo("enabled");
  }

  @Test
  void anAnswerAtTheEndIsContinuedOrAskedToBe() throws IOException {
    ChatRequest request = hi().assistant("Once upon ").build();
    JsonNode old = write(SONNET_45, request).get("messages");
    assertThat(old).hasSize(2);
    assertThat(old.at("/1/content/0/text").asText()).isEqualTo("Once upon");

    ChatRequest thinking = request.toBuilder().reasoningEffort(ReasoningEffort.LOW).build();
    for (JsonNode messages :
        List.of(
            write(OPUS_5, request).get("messages"), write(SONNET_45, thinking).get("messages"))) {
      assertThat(messages).hasSize(3);
      assertThat(messages.at("/2/role").asText()).isEqualTo("user");
      assertThat(messages.at("/2/content/0/text").asText()).startsWith("Go on");
    }
  }

  @Test
  void aSchemaIsEnforcedWhereTheModelCanAndAskedForElsewhere() throws IOException {
    ChatRequest request = hi().responseFormat(ResponseFormat.jsonSchema("s", SCHEMA)).build();
    JsonNode enforced = write(SONNET_45, request);
    assertJson(
        enforced.get("output_config"),
        "{'format':{'type':'json_schema','schema':{'type':'object',"
            + "'properties':{'n':{'type':'integer'}},'required':['n'],"
            + "'additionalProperties':false}}}");
    assertThat(enforced.has("system")).isFalse();

    JsonNode asked = write(SONNET_4, request);
    assertThat(asked.has("output_config")).isFalse();
    assertThat(asked.at("/system/0/text").asText())
        .startsWith("Answer with JSON that obeys")
        .endsWith(SCHEMA);

    JsonNode object = write(OPUS_5, hi().responseFormat(ResponseFormat.json()).build());
    assertThat(object.has("output_config")).isFalse();
    assertThat(object.at("/system/0/text").asText()).startsWith("Answer with one JSON object");
  }

  @Test
  void aStrictToolIsStrictWhereTheModelCan() throws IOException {
    ChatRequest request = hi().tool(Tool.of("t", "", SCHEMA).enforced()).build();
    JsonNode tool = write(SONNET_45, request).at("/tools/0");
    assertThat(tool.get("strict").asBoolean()).isTrue();
    assertThat(tool.at("/input_schema/additionalProperties").asBoolean(true)).isFalse();
    assertThat(leftOut(SONNET_45, request)).isEmpty();

    assertThat(write(SONNET_4, request).at("/tools/0").has("strict")).isFalse();
    assertThat(leftOut(SONNET_4, request)).containsExactly("strict tool parameters");
  }

  @Test
  void whatTheVendorLacksKeepsItOutUnlessItIsBestEffort() {
    ChatRequest seeded = hi().seed(7).metadata("team", "x").build();
    assertThat(protocol(OPUS_5).cannotServe(seeded)).contains("anthropic lacks seed");
    ChatRequest best = seeded.toBuilder().bestEffort().build();
    assertThat(protocol(OPUS_5).cannotServe(best)).isEmpty();
    assertThat(leftOut(OPUS_5, best)).containsExactly("seed", "metadata other than user_id");

    ChatRequest thoughtful = hi().reasoningEffort(ReasoningEffort.LOW).build();
    assertThat(protocol("claude-3-5-haiku-latest").cannotServe(thoughtful))
        .contains("anthropic lacks reasoning effort");
    assertThat(protocol("claude-3-5-haiku-latest").cannotServe(hi().build())).isEmpty();
  }

  @Test
  void whatCannotBeLeftOutKeepsItOutAlways() {
    ChatRequest tiff =
        ChatRequest.builder().user(Part.Image.of(new byte[1], "image/tiff")).bestEffort().build();
    assertThat(protocol(OPUS_5).cannotServe(tiff))
        .contains("anthropic takes images as JPEG, PNG, GIF or WebP");
    ChatRequest forced = hi().tool(WEATHER).toolChoice(ToolChoice.required()).bestEffort().build();
    assertThat(protocol("claude-fable-5").cannotServe(forced))
        .contains("anthropic cannot make this model call a tool");
    assertThat(protocol(OPUS_5).cannotServe(forced)).isEmpty();
  }

  @Test
  void whatCannotBeWrittenIsNamed() {
    assertThatThrownBy(
            () -> protocol(OPUS_5).write(hi().tool(Tool.of("t", "", "{} {}")).build(), false))
        .isInstanceOf(ProviderException.class)
        .hasMessage("anthropic: the parameters of the tool \"t\" are not one JSON object");
    assertThatThrownBy(
            () ->
                protocol(OPUS_5)
                    .write(hi().vendorOption("anthropic", "stream", true).build(), false))
        .hasMessage("anthropic: the vendor option \"stream\" repeats a field of the request");
  }

  @Test
  void recordedRequestsAreWrittenAlike() throws IOException {
    assertRecorded(
        "text/basic",
        ChatRequest.builder()
            .user("hello")
            .maxOutputTokens(4096)
            .metadata("user_id", "123")
            .build());
    assertRecorded(
        "structured/output-config-json-schema",
        ChatRequest.builder()
            .user("Tell me about London")
            .maxOutputTokens(4096)
            .responseFormat(
                ResponseFormat.jsonSchema(
                    "city",
                    "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"},"
                        + "\"country\":{\"type\":\"string\"},\"population\":{\"type\":\"integer\"}},"
                        + "\"required\":[\"city\",\"country\",\"population\"]}"))
            .build());
    assertRecorded(
        "reasoning/opus-5-adaptive-effort",
        ChatRequest.builder()
            .user("What is 2+2?")
            .maxOutputTokens(4096)
            .reasoningEffort(ReasoningEffort.XHIGH)
            .build());
    assertRecorded(
        "stream/thinking",
        ChatRequest.builder()
            .user("How many times does the letter 'r' appear in the word strawberry?")
            .maxOutputTokens(2048)
            .reasoningEffort(ReasoningEffort.MINIMAL)
            .vendorOption("other", "x", Map.of())
            .build());
  }

  private static void assertRecorded(String name, ChatRequest request) throws IOException {
    Path file = Fixtures.root().resolve("anthropic").resolve(name);
    ObjectNode recorded = (ObjectNode) Fixtures.json(file, ".request.json");
    ObjectNode written = (ObjectNode) write(recorded.get("model").asText(), request);
    written.set("stream", recorded.get("stream"));
    assertThat(written).as(name).isEqualTo(recorded);
  }
}
