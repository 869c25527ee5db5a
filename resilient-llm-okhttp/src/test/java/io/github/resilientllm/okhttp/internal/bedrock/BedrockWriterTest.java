package io.github.resilientllm.okhttp.internal.bedrock;

import static io.github.resilientllm.okhttp.Bodies.assertJson;
import static io.github.resilientllm.okhttp.Bodies.hi;
import static io.github.resilientllm.okhttp.internal.bedrock.BedrockBodies.CLAUDE;
import static io.github.resilientllm.okhttp.internal.bedrock.BedrockBodies.LLAMA;
import static io.github.resilientllm.okhttp.internal.bedrock.BedrockBodies.NEWER_CLAUDE;
import static io.github.resilientllm.okhttp.internal.bedrock.BedrockBodies.WEATHER;
import static io.github.resilientllm.okhttp.internal.bedrock.BedrockBodies.leavesOut;
import static io.github.resilientllm.okhttp.internal.bedrock.BedrockBodies.loop;
import static io.github.resilientllm.okhttp.internal.bedrock.BedrockBodies.protocol;
import static io.github.resilientllm.okhttp.internal.bedrock.BedrockBodies.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
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
import io.github.resilientllm.okhttp.internal.anthropic.AnthropicProtocol;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Everything that a request carries arrives in Converse's words, or is said to be left out. */
class BedrockWriterTest {
  private static final Tool CLOSED =
      Tool.of("get_weather", "Get weather for a city", "{\"type\":\"object\",\"properties\":{}}");
  private static final Part.Image PNG = Part.Image.of(new byte[] {1, 2, 3, 4, 5}, "image/png");

  private static Part.Reasoning thought(String maker) {
    return new Part.Reasoning(
        "Hm", new VendorData("bedrock", new BedrockSignature(maker, "sig", null).toJson()));
  }

  @Test
  void aPlainRequestHoldsNothingElse() throws IOException {
    assertJson(
        write(LLAMA, hi().build()), "{'messages':[{'role':'user','content':[{'text':'Hi'}]}]}");
    assertThat(leavesOut(LLAMA, hi().build())).isEmpty();
  }

  @Test
  void everySettingIsWritten() throws IOException {
    ChatRequest request =
        ChatRequest.builder()
            .system("Be brief.")
            .system("Be kind.")
            .user("Hi")
            .temperature(0.5)
            .maxOutputTokens(9)
            .stop("a", "b")
            .metadata("team", "a/b")
            .tool(CLOSED.enforced())
            .toolChoice(ToolChoice.tool("get_weather"))
            .parallelToolCalls(false)
            .responseFormat(ResponseFormat.jsonSchema("answer", CLOSED.parameters()))
            .vendorOption("bedrock", "serviceTier", Map.of("type", "flex"))
            .vendorOption("bedrock", "additionalModelRequestFields", Map.of("top_k", 5))
            .vendorOption("openai", "other", true)
            .build();
    assertJson(
        write(CLAUDE, request),
        """
        {'system':[{'text':'Be brief.'},{'text':'Be kind.'}],
         'messages':[{'role':'user','content':[{'text':'Hi'}]}],
         'inferenceConfig':{'maxTokens':9,'temperature':0.5,'stopSequences':['a','b']},
         'toolConfig':{
           'tools':[{'toolSpec':{'name':'get_weather','description':'Get weather for a city',
             'inputSchema':{'json':{'type':'object','properties':{},'additionalProperties':false}},'strict':true}}],
           'toolChoice':{'tool':{'name':'get_weather'}}},
         'outputConfig':{'textFormat':{'type':'json_schema','structure':
           {'jsonSchema':{'name':'answer','schema':'{\\'type\\':\\'object\\',\\'properties\\':{},\\'additionalProperties\\':false}'}}}},
         'requestMetadata':{'team':'a/b'},
         'additionalModelRequestFields':
           {'tool_choice':{'disable_parallel_tool_use':true},'top_k':5},
         'serviceTier':{'type':'flex'}}
        """);
    assertThat(protocol(CLAUDE).cannotServe(request)).isEmpty();
    assertThat(leavesOut(CLAUDE, request)).isEmpty();
  }

  @Test
  void aShapeThatAModelIsNotHeldToIsAskedForInWords() throws IOException {
    JsonNode json = write(CLAUDE, hi().responseFormat(ResponseFormat.json()).build());
    assertThat(json.at("/system/0/text").asText()).startsWith("Answer with one JSON object");
    ChatRequest schema =
        ChatRequest.builder()
            .system("Be brief.")
            .user("Hi")
            .responseFormat(ResponseFormat.jsonSchema("s", "{\"a\":1}"))
            .build();
    JsonNode asked = write(LLAMA, schema);
    assertThat(asked.at("/system/0/text").asText()).isEqualTo("Be brief.");
    assertThat(asked.at("/system/1/text").asText()).endsWith("\n{\"a\":1}");
    assertThat(asked.has("outputConfig")).isFalse();
    assertThat(protocol(LLAMA).capabilities().jsonSchema())
        .as("for the answer is checked")
        .isTrue();
    assertThat(write(CLAUDE, schema).get("system")).hasSize(1);
  }

  @Test
  void aSchemaThatCannotBeEnforcedAsItStandsIsAskedForInWords() throws IOException {
    ChatRequest open =
        hi().responseFormat(ResponseFormat.jsonSchema("s", "{\"type\":\"object\"}"))
            .tool(WEATHER.enforced())
            .build();
    JsonNode json = write(CLAUDE, open);
    assertThat(json.has("outputConfig")).isFalse();
    assertThat(json.at("/system/0/text").asText()).endsWith("\n{\"type\":\"object\"}");
    assertThat(json.at("/toolConfig/tools/0/toolSpec/strict").isMissingNode()).isTrue();
    assertJson(json.at("/toolConfig/tools/0/toolSpec/inputSchema/json"), "{'type':'object'}");
    assertThat(leavesOut(CLAUDE, open)).containsExactly("strict tool parameters");
    assertThat(protocol(CLAUDE).cannotServe(open)).isEmpty();
    ChatRequest strict = hi().tool(CLOSED.enforced()).build();
    assertThat(leavesOut(CLAUDE, strict)).isEmpty();
    assertThat(leavesOut(LLAMA, strict)).containsExactly("strict tool parameters");
  }

  @Test
  void theRecordedRequestsAreWrittenAlike() throws IOException {
    Path root = Fixtures.root().resolve("bedrock");
    JsonNode tool = Fixtures.json(root.resolve("tools/tool-use"), ".request.json");
    ((ObjectNode) tool).remove(List.of("system", "inferenceConfig")); // empty
    String schema = tool.at("/toolConfig/tools/0/toolSpec/inputSchema/json").toString();
    ChatRequest request =
        ChatRequest.builder()
            .user("What's the weather in Paris?")
            .tool(Tool.of("get_weather", "Get weather for a city", schema))
            .toolChoice(ToolChoice.required())
            .build();
    assertThat(write(CLAUDE, request)).isEqualTo(tool);

    JsonNode effort =
        Fixtures.json(root.resolve("reasoning/anthropic-adaptive-effort"), ".request.json");
    ((ObjectNode) effort).remove(List.of("system", "inferenceConfig"));
    ChatRequest thinking =
        ChatRequest.builder()
            .user("How do I cross the street?")
            .reasoningEffort(ReasoningEffort.HIGH)
            .build();
    assertThat(write("us.anthropic.claude-sonnet-4-6", thinking)).isEqualTo(effort);
  }

  @Test
  void aHistoryAlternatesAndHoldsCallsResultsAndImages() throws IOException {
    ToolResult failed =
        new ToolResult("call with spaces", List.of(new Part.Text("broken"), PNG), true);
    ChatRequest request =
        ChatRequest.builder()
            .user("a")
            .user(new Part.Text("b"), PNG)
            .message(
                Message.assistant(
                    List.of(
                        thought("anthropic"),
                        new Part.Text("One moment"),
                        new ToolCall("call with spaces", "get_weather", "{\"x\":1}"))))
            .message(Message.tool(failed))
            .user("and?")
            .tool(WEATHER)
            .build();
    JsonNode messages = write(CLAUDE, request).get("messages");
    String id = messages.at("/1/content/2/toolUse/toolUseId").asText();
    assertThat(id).matches("[a-zA-Z0-9_-]{1,64}");
    assertJson(
        messages,
        ("[{'role':'user','content':[{'text':'a'},{'text':'b'},"
                + "{'image':{'format':'png','source':{'bytes':'AQIDBAU='}}}]},"
                + "{'role':'assistant','content':["
                + "{'reasoningContent':{'reasoningText':{'text':'Hm','signature':'sig'}}},"
                + "{'text':'One moment'},"
                + "{'toolUse':{'toolUseId':'<id>','name':'get_weather','input':{'x':1}}}]},"
                + "{'role':'user','content':["
                + "{'toolResult':{'toolUseId':'<id>','content':[{'text':'broken'},"
                + "{'image':{'format':'png','source':{'bytes':'AQIDBAU='}}}],'status':'error'}},"
                + "{'text':'and?'}]}]")
            .replace("<id>", id));
  }

  @Test
  void aModelThatObeysNoChoiceIsNotForced() {
    ChatRequest any = hi().tool(WEATHER).toolChoice(ToolChoice.required()).build();
    assertThat(protocol("anthropic.claude-fable-5").cannotServe(any))
        .contains("this model cannot be made to call a tool, or not one by name");
    assertThat(protocol(CLAUDE).cannotServe(any)).isEmpty();
  }

  @Test
  void claudeStopsAtNoWhiteSpace() throws IOException {
    ChatRequest request = hi().stop("\n\n", "END").build();
    assertThat(protocol(CLAUDE).cannotServe(request))
        .contains("this model has no stop texts of only white space");
    ChatRequest anyway = request.toBuilder().bestEffort().build();
    assertThat(protocol(CLAUDE).cannotServe(anyway)).isEmpty();
    assertThat(leavesOut(CLAUDE, anyway)).containsExactly("stop texts of only white space");
    assertJson(write(CLAUDE, anyway).get("inferenceConfig"), "{'stopSequences':['END']}");
    assertThat(protocol(LLAMA).cannotServe(request)).isEmpty();
    assertJson(write(LLAMA, request).at("/inferenceConfig/stopSequences"), "['\\n\\n','END']");
    Protocol direct = new AnthropicProtocol("claude-sonnet-4-5", false, InstantSource.system());
    assertThat(direct.cannotServe(request))
        .contains("anthropic lacks stop texts of only white space");
    assertThat(direct.leavesOut(anyway)).containsExactly("stop texts of only white space");
    assertJson(Bodies.write(direct, anyway, true).get("stop_sequences"), "['END']");
  }

  @Test
  void anAnswerIsContinuedByItselfOrOnDemand() throws IOException {
    ChatRequest.Builder cut = hi().message(Message.assistant("It is \n"));
    assertJson(
        write(CLAUDE, cut.build()).get("messages"),
        "[{'role':'user','content':[{'text':'Hi'}]},"
            + "{'role':'assistant','content':[{'text':'It is'}]}]");
    assertThat(write(LLAMA, cut.build()).at("/messages/2/content/0/text").asText())
        .startsWith("Go on with your last message");
    assertThat(write(NEWER_CLAUDE, cut.build()).at("/messages/2/role").asText()).isEqualTo("user");
    ChatRequest thinking = cut.reasoningEffort(ReasoningEffort.LOW).build();
    assertThat(write(CLAUDE, thinking).at("/messages/2/role").asText()).isEqualTo("user");
  }

  @Test
  void samplingIsClampedOrLeftOutAndSaidToBe() throws IOException {
    ChatRequest hot = hi().temperature(1.5).topP(0.5).build();
    assertJson(write(LLAMA, hot).get("inferenceConfig"), "{'temperature':1.0,'topP':0.5}");
    assertThat(leavesOut(LLAMA, hot)).containsExactly("temperature above 1");
    assertJson(write(CLAUDE, hot).get("inferenceConfig"), "{'temperature':1.0}");
    assertThat(leavesOut(CLAUDE, hot)).containsExactly("topP", "temperature above 1");
    assertThat(write("anthropic.claude-opus-4-7", hot).has("inferenceConfig")).isFalse();
    assertThat(leavesOut("anthropic.claude-opus-4-7", hot)).containsExactly("temperature", "topP");

    ChatRequest thinking = hot.toBuilder().reasoningEffort(ReasoningEffort.LOW).build();
    assertThat(write(CLAUDE, thinking).has("inferenceConfig")).isFalse();
    assertThat(leavesOut(CLAUDE, thinking)).containsExactly("temperature", "topP");
  }

  @Test
  void toolsThatMayNotBeCalledAreNotOffered() throws IOException {
    ChatRequest none = hi().tool(WEATHER).toolChoice(ToolChoice.none()).build();
    assertThat(write(CLAUDE, none).has("toolConfig")).isFalse();
  }

  @Test
  void aHistoryWithCallsHasSomeToolBecauseBedrockWantsOne() throws IOException {
    String placeholder =
        "{'tools':[{'toolSpec':{'name':'no_tool','description':'Not available. Never call this.',"
            + "'inputSchema':{'json':{'type':'object'}}}}]}";
    assertJson(write(CLAUDE, loop().build()).get("toolConfig"), placeholder);
    ChatRequest none = loop().tool(WEATHER).toolChoice(ToolChoice.none()).build();
    assertJson(write(CLAUDE, none).get("toolConfig"), placeholder);
    ChatRequest auto = loop().tool(WEATHER).toolChoice(ToolChoice.auto()).build();
    assertThat(write(CLAUDE, auto).at("/toolConfig/tools/0/toolSpec/name").asText())
        .isEqualTo("get_weather");
    assertThat(write(CLAUDE, auto).at("/toolConfig/toolChoice").isMissingNode()).isTrue();
  }

  @Test
  void oneCallAtATimeIsAskedOfClaudeAlone() throws IOException {
    ChatRequest request = hi().tool(WEATHER).parallelToolCalls(false).build();
    assertJson(
        write(CLAUDE, request).get("additionalModelRequestFields"),
        "{'tool_choice':{'type':'auto','disable_parallel_tool_use':true}}");
    assertThat(protocol(LLAMA).cannotServe(request))
        .contains("this model has no switch for parallel tool calls");
    ChatRequest bestEffort = request.toBuilder().bestEffort().build();
    assertThat(protocol(LLAMA).cannotServe(bestEffort)).isEmpty();
    assertThat(leavesOut(LLAMA, bestEffort)).containsExactly("switch for parallel tool calls");
    ChatRequest many = hi().tool(WEATHER).parallelToolCalls(true).build();
    assertThat(write(CLAUDE, many).has("additionalModelRequestFields")).isFalse();
  }

  @Test
  void whatAModelLacksIsAnObstacleUnlessBestEffortWillDo() throws IOException {
    ChatRequest seed = hi().seed(7).build();
    assertThat(protocol(CLAUDE).cannotServe(seed)).contains("this model has no seed");
    ChatRequest anyway = seed.toBuilder().bestEffort().build();
    assertThat(protocol(CLAUDE).cannotServe(anyway)).isEmpty();
    assertThat(leavesOut(CLAUDE, anyway)).containsExactly("seed");
    assertThat(write(CLAUDE, anyway).toString()).doesNotContain("seed");

    ChatRequest effort = hi().reasoningEffort(ReasoningEffort.LOW).build();
    assertThat(protocol(LLAMA).cannotServe(effort))
        .contains("this model has no such reasoning effort");
    ChatRequest forced =
        hi().tool(WEATHER)
            .toolChoice(ToolChoice.required())
            .reasoningEffort(ReasoningEffort.LOW)
            .bestEffort()
            .build();
    assertThat(protocol(CLAUDE).cannotServe(forced.toBuilder().build())).isEmpty();
    assertThat(leavesOut(CLAUDE, forced)).containsExactly("such reasoning effort");
    assertThat(write(CLAUDE, forced).has("additionalModelRequestFields")).isFalse();
  }

  @Test
  void whatCarriesMeaningIsNeverLeftOut() {
    Part.Image link = Part.Image.of(URI.create("https://x.test/a.png"));
    Part.Image bitmap = Part.Image.of(new byte[1], "image/bmp");
    ChatRequest inResult =
        loop()
            .message(Message.assistant(List.of(new ToolCall("t2", "f", "{}"))))
            .message(Message.tool(new ToolResult("t2", List.of(link), false)))
            .bestEffort()
            .build();
    assertThat(protocol(CLAUDE).cannotServe(ChatRequest.builder().user(link).bestEffort().build()))
        .contains("bedrock takes images by bytes, not by URL");
    assertThat(protocol(CLAUDE).cannotServe(inResult)).isPresent();
    assertThat(protocol(CLAUDE).cannotServe(ChatRequest.builder().user(bitmap).build()))
        .contains("bedrock takes images as PNG, JPEG, GIF or WebP");
    ChatRequest named =
        hi().tool(WEATHER).toolChoice(ToolChoice.tool("get_weather")).bestEffort().build();
    ChatRequest any = hi().tool(WEATHER).toolChoice(ToolChoice.required()).bestEffort().build();
    assertThat(protocol(LLAMA).cannotServe(any)).isPresent();
    assertThat(protocol("mistral.mistral-large-2407-v1:0").cannotServe(any)).isEmpty();
    assertThat(protocol("mistral.mistral-large-2407-v1:0").cannotServe(named)).isPresent();
    assertThat(protocol("amazon.nova-pro-v1:0").cannotServe(named)).isEmpty();
  }

  @Test
  void metadataThatDoesNotFitIsLeftOut() throws IOException {
    ChatRequest odd =
        hi().metadata("ok", "").metadata("bad*", "x").metadata("long", "x".repeat(257)).build();
    assertJson(write(CLAUDE, odd).get("requestMetadata"), "{'ok':''}");
    assertThat(leavesOut(CLAUDE, odd)).containsExactly("metadata that does not fit");
    ChatRequest.Builder many = hi();
    IntStream.range(10, 27).forEach(i -> many.metadata("k" + i, "v"));
    JsonNode kept = write(CLAUDE, many.build()).get("requestMetadata");
    assertThat(kept).hasSize(16);
    assertThat(kept.has("k26")).isFalse();
  }

  @Test
  void mistakesAreInvalidRequestsThatQuoteNothing() {
    Map<String, ChatRequest> mistakes =
        Map.of(
            "the vendor option \"messages\" repeats",
            hi().vendorOption("bedrock", "messages", "secret").build(),
            "repeats \"thinking\"",
            hi().reasoningEffort(ReasoningEffort.LOW)
                .vendorOption(
                    "bedrock", "additionalModelRequestFields", Map.of("thinking", "secret"))
                .build(),
            "the parameters of the tool \"f\"",
            hi().tool(Tool.of("f", "", "{secret")).build(),
            "the contents of the schema \"s\"",
            hi().responseFormat(ResponseFormat.jsonSchema("s", "{secret")).build());
    mistakes.forEach(
        (message, request) ->
            assertThatThrownBy(() -> protocol(CLAUDE).write(request, false))
                .isInstanceOfSatisfying(
                    ProviderException.class,
                    e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_REQUEST))
                .hasMessageStartingWith("bedrock: ")
                .hasMessageContaining(message)
                .hasMessageNotContaining("secret"));
  }
}
