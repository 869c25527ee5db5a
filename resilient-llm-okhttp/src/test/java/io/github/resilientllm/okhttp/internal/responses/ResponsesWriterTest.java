package io.github.resilientllm.okhttp.internal.responses;

import static io.github.resilientllm.okhttp.Bodies.assertJson;
import static io.github.resilientllm.okhttp.Bodies.hi;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.Role;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolChoice;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.Bodies;
import io.github.resilientllm.okhttp.Dialect;
import io.github.resilientllm.okhttp.Dialects;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.okhttp.internal.models.NamedModel;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that a request carries arrives in the words of the Responses API. */
class ResponsesWriterTest {
  private static final Tool WEATHER =
      Tool.of(
          "get_weather",
          "Get weather",
          "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}");
  private static final String SEALED =
      "{\"type\":\"reasoning\",\"summary\":[],\"encrypted_content\":\"gAAA=\"}";
  private static final ToolCall CALL = new ToolCall("call_1", "get_weather", "{}");

  private static Protocol protocol(String model) {
    return ResponsesAnswerTest.protocol(model);
  }

  private static JsonNode write(String model, ChatRequest request) throws IOException {
    return Bodies.write(protocol(model), request, false);
  }

  private static Part.Reasoning thought(String vendor, String data) {
    return new Part.Reasoning("hm", new VendorData(vendor, data));
  }

  private static ChatRequest.Builder afterTool(Part... before) {
    List<Part> parts = new ArrayList<>(List.of(before));
    parts.add(CALL);
    return hi().message(new Message(Role.ASSISTANT, parts))
        .message(Message.tool(CALL.result("Rain")))
        .tool(WEATHER);
  }

  @Test
  void everySettingIsWritten() throws IOException {
    ChatRequest request =
        ChatRequest.builder()
            .system("Short.")
            .user("Hi")
            .topP(0.25)
            .temperature(0.5)
            .maxOutputTokens(99)
            .tool(WEATHER.enforced())
            .tool(Tool.of("f", "", "{\"type\":\"object\"}"))
            .toolChoice(ToolChoice.tool("get_weather"))
            .parallelToolCalls(false)
            .metadata("k", "v")
            .responseFormat(new ResponseFormat.JsonSchema("answer", "{\"type\":\"object\"}", false))
            .vendorOption("openai", "store", true)
            .vendorOption("openai", "text", Map.of("verbosity", "low"))
            .vendorOption("openai", "prompt_cache_key", "k1")
            .vendorOption("groq", "other", true)
            .build();
    assertJson(
        Bodies.write(protocol("gpt-4.1"), request, true),
        "{'model':'gpt-4.1','input':[{'role':'system','content':'Short.'},"
            + "{'role':'user','content':'Hi'}],'max_output_tokens':99,'temperature':0.5,"
            + "'top_p':0.25,'text':{'format':{'type':'json_schema','name':'answer',"
            + "'schema':{'type':'object'},'strict':false},'verbosity':'low'},"
            + "'tools':[{'type':'function','name':'get_weather','description':'Get weather',"
            + "'parameters':{'type':'object','properties':{'city':{'type':'string'}},"
            + "'required':['city'],'additionalProperties':false},'strict':true},"
            + "{'type':'function','name':'f','parameters':{'type':'object'},'strict':false}],"
            + "'tool_choice':{'type':'function','name':'get_weather'},"
            + "'parallel_tool_calls':false,'metadata':{'k':'v'},'stream':true,"
            + "'stream_options':{'include_obfuscation':false},"
            + "'store':true,'prompt_cache_key':'k1'}");
  }

  @Test
  void nothingIsStoredUnlessTheRequestSaysSo() throws IOException {
    JsonNode body = write("gpt-4.1", hi().metadata("k", "v").build());
    assertThat(body.get("store").asBoolean()).isFalse();
    assertThat(body.has("metadata")).isFalse();
    assertThat(protocol("gpt-4.1").leavesOut(hi().metadata("k", "v").build()))
        .containsExactly("metadata");
  }

  /** In chat completions these models take no effort beside tools; here it is the way. */
  @ParameterizedTest
  @CsvSource({
    "gpt-5.4, high, high",
    "gpt-5.5, xhigh, xhigh",
    "gpt-5.6, max, xhigh",
    "gpt-5.6-sol, minimal, none",
    "o3, minimal, low",
    "gpt-5-pro, low, high"
  })
  void reasoningGoesBesideTools(String model, String wanted, String sent) throws IOException {
    ReasoningEffort effort = ReasoningEffort.valueOf(wanted.toUpperCase(Locale.ROOT));
    ChatRequest request = hi().tool(WEATHER).reasoningEffort(effort).temperature(0.3).build();
    JsonNode body = write(model, request);
    assertThat(body.at("/reasoning/effort").asText()).isEqualTo(sent);
    assertThat(body.get("tools")).hasSize(1);
    assertThat(body.has("temperature")).isEqualTo(sent.equals("none"));
    assertJson(body.get("include"), "['reasoning.encrypted_content']");
    assertThat(protocol(model).leavesOut(request))
        .doesNotContain(
            "reasoning effort, which the vendor takes beside tools in its Responses API alone");
  }

  @Test
  void aModelThatMustBeToldNotToReasonInChatIsToldNothingHere() throws IOException {
    JsonNode body = write("gpt-5.6", hi().tool(WEATHER).build());
    assertThat(body.has("reasoning")).isFalse();
    assertThat(body.has("include")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"gpt-4.1, false", "our-deployment, false", "gpt-5.6, true", "o4-mini, true"})
  void thoughtsAreAskedForWhereThereAreAny(String model, boolean asked) throws IOException {
    assertThat(write(model, hi().build()).has("include")).isEqualTo(asked);
  }

  @Test
  void aModelThatNobodyKnowsIsAskedForItsThoughtsIfItIsToHaveSome() throws IOException {
    ChatRequest request = hi().reasoningEffort(ReasoningEffort.LOW).build();
    assertThat(write("our-deployment", request).has("include")).isTrue();
    Protocol compatible =
        new ResponsesProtocol(
            Dialects.traits(Dialect.COMPATIBLE),
            NamedModel.of("qwen"),
            false,
            InstantSource.system());
    assertThat(Bodies.write(compatible, request, false).has("include")).isFalse();
  }

  @Test
  void theCallersOwnWordsOnReasoningAndIncludeStand() throws IOException {
    JsonNode body =
        write(
            "gpt-5.6",
            hi().reasoningEffort(ReasoningEffort.LOW)
                .vendorOption("openai", "reasoning", Map.of("summary", "auto", "effort", "high"))
                .vendorOption("openai", "include", List.of())
                .build());
    assertJson(body.get("reasoning"), "{'effort':'low','summary':'auto'}");
    assertJson(body.get("include"), "[]");
  }

  @Test
  void aThoughtGoesBackBeforeTheCallItLedTo() throws IOException {
    JsonNode body = write("gpt-5.6", afterTool(thought("openai", SEALED)).build());
    assertJson(
        body.get("input"),
        "[{'role':'user','content':'Hi'},"
            + SEALED.replace('"', '\'')
            + ",{'type':'function_call','call_id':'call_1','name':'get_weather','arguments':'{}'},"
            + "{'type':'function_call_output','call_id':'call_1','output':'Rain'}]");
  }

  @Test
  void thePhaseOfWhatWasSaidGoesBackWithIt() throws IOException {
    JsonNode body =
        write(
            "gpt-5.6",
            afterTool(
                    thought("openai", "{\"type\":\"message\",\"phase\":\"commentary\"}"),
                    new Part.Text("Let me see."))
                .build());
    assertJson(
        body.at("/input/1"), "{'role':'assistant','content':'Let me see.','phase':'commentary'}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"anthropic", "openai-compatible", "azure"})
  void thoughtsOfOthersStayAway(String vendor) throws IOException {
    ChatRequest request = afterTool(thought(vendor, SEALED)).build();
    assertThat(write("gpt-5.6", request).toString()).doesNotContain("gAAA");
    assertThat(protocol("gpt-5.6").leavesOut(request))
        .containsExactly("reasoning of another vendor");
  }

  @Test
  void aModelWithoutThoughtsIsGivenNone() throws IOException {
    ChatRequest request = afterTool(thought("openai", SEALED)).build();
    assertThat(write("gpt-4.1", request).toString()).doesNotContain("gAAA");
  }

  @Test
  void aThoughtThatLedToNothingStaysAway() throws IOException {
    ChatRequest request =
        hi().message(new Message(Role.ASSISTANT, List.of(thought("openai", SEALED), CALL)))
            .user("And?")
            .build();
    assertJson(
        write("gpt-5.6", request).get("input"),
        "[{'role':'user','content':'Hi'},{'role':'user','content':'And?'}]");
    assertThat(protocol("gpt-5.6").leavesOut(request))
        .contains("a tool call without a result", "reasoning that led to nothing");
  }

  @Test
  void imagesGoWhereTheyBelongEvenIntoTheResultOfATool() throws IOException {
    Part.Image png = Part.Image.of(new byte[] {1, 2, 3}, "image/png");
    ChatRequest request =
        ChatRequest.builder()
            .user(new Part.Text("See"), Part.Image.of(URI.create("https://x.test/a.png")))
            .message(new Message(Role.ASSISTANT, List.of(CALL)))
            .message(
                Message.tool(new ToolResult("call_1", List.of(new Part.Text("map"), png), true)))
            .tool(WEATHER)
            .build();
    JsonNode input = write("gpt-5.6", request).get("input");
    assertJson(
        input.at("/0/content"),
        "[{'type':'input_text','text':'See'},"
            + "{'type':'input_image','image_url':'https://x.test/a.png'}]");
    assertJson(
        input.at("/2/output"),
        "[{'type':'input_text','text':'The tool failed:'},{'type':'input_text','text':'map'},"
            + "{'type':'input_image','image_url':'data:image/png;base64,AQID'}]");
  }

  @Test
  void anyJsonIsAskedForInWordsToo() throws IOException {
    ChatRequest silent = hi().responseFormat(ResponseFormat.json()).build();
    JsonNode body = write("gpt-5.6", silent);
    assertJson(body.at("/text/format"), "{'type':'json_object'}");
    assertThat(body.at("/input/0/content").asText()).contains("JSON");
    ChatRequest said =
        ChatRequest.builder().user("As json").responseFormat(ResponseFormat.json()).build();
    assertThat(write("gpt-5.6", said).get("input")).hasSize(1);
  }

  @Test
  void whatTheProtocolLacksIsAnObstacleOrLeftOut() throws IOException {
    ChatRequest.Builder request = hi().seed(7).stop("END");
    assertThat(protocol("gpt-5.6").cannotServe(request.build()))
        .hasValueSatisfying(why -> assertThat(why).contains("seed").contains("stop texts"));
    ChatRequest lenient = request.bestEffort().build();
    assertThat(protocol("gpt-5.6").cannotServe(lenient)).isEmpty();
    assertThat(protocol("gpt-5.6").leavesOut(lenient)).containsExactly("seed", "stop texts");
    JsonNode body = write("gpt-5.6", lenient);
    assertThat(body.has("seed") || body.has("stop")).isFalse();
  }

  @Test
  void aBoundBelowTheVendorsLeastIsItsLeast() throws IOException {
    ChatRequest request = hi().maxOutputTokens(1).build();
    assertThat(write("gpt-5.6", request).get("max_output_tokens").asInt()).isEqualTo(16);
    assertThat(protocol("gpt-5.6").leavesOut(request))
        .containsExactly("an output limit below 16 tokens");
  }

  @Test
  void aFieldOfOursCannotBeRepeated() {
    ChatRequest request = hi().vendorOption("openai", "stream", true).build();
    assertThatThrownBy(() -> protocol("gpt-5.6").write(request, true))
        .isInstanceOfSatisfying(
            ProviderException.class,
            e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_REQUEST));
  }
}
