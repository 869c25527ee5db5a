package io.github.resilientllm.okhttp.internal.openai;

import static io.github.resilientllm.okhttp.Bodies.assertJson;
import static io.github.resilientllm.okhttp.Bodies.hi;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import io.github.resilientllm.okhttp.Collected;
import io.github.resilientllm.okhttp.Dialect;
import io.github.resilientllm.okhttp.Dialects;
import io.github.resilientllm.okhttp.Fixtures;
import io.github.resilientllm.okhttp.internal.models.NamedModel;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Everything that a request carries arrives in the vendor's words. */
class OpenAiWriterTest {
  private static final Tool WEATHER =
      Tool.of(
          "get_weather",
          "Get weather for a city",
          "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"]}");
  private static final Part.Image PNG = Part.Image.of(new byte[] {1, 2, 3, 4, 5}, "image/png");
  private static final Part.Image LINK = Part.Image.of(URI.create("https://x.test/a.png"));

  private static JsonNode write(Dialect dialect, ChatRequest request, boolean streaming)
      throws IOException {
    return Bodies.write(Collected.protocol(dialect), request, streaming);
  }

  private static JsonNode write(Dialect dialect, ChatRequest request) throws IOException {
    return write(dialect, request, false);
  }

  @Test
  void everySettingIsWritten() throws IOException {
    ChatRequest request =
        hi().temperature(0.5)
            .topP(0.25)
            .maxOutputTokens(9)
            .stop("a", "b")
            .seed(7)
            .reasoningEffort(ReasoningEffort.LOW)
            .metadata("k", "v")
            .tool(WEATHER.enforced())
            .toolChoice(ToolChoice.tool("get_weather"))
            .parallelToolCalls(false)
            .responseFormat(ResponseFormat.json())
            .vendorOption("openai", "store", true)
            .vendorOption("openai", "verbosity", "low")
            .vendorOption("openai", "logit_bias", Map.of("50256", -100))
            .vendorOption("groq", "other", true)
            .build();
    assertJson(
        write(Dialect.OPENAI, request, true),
        "{'model':'model','messages':[{'role':'user','content':'Hi'}],'max_completion_tokens':9,"
            + "'temperature':0.5,'top_p':0.25,'stop':['a','b'],'seed':7,"
            + "'response_format':{'type':'json_object'},"
            + "'tools':[{'type':'function','function':{'name':'get_weather',"
            + "'description':'Get weather for a city','parameters':"
            + WEATHER.parameters().replaceFirst("}$", ",'additionalProperties':false}")
            + ",'strict':true}}],"
            + "'tool_choice':{'type':'function','function':{'name':'get_weather'}},"
            + "'parallel_tool_calls':false,'reasoning_effort':'low','metadata':{'k':'v'},"
            + "'stream':true,'stream_options':{'include_usage':true,'include_obfuscation':false},"
            + "'store':true,'verbosity':'low','logit_bias':{'50256':-100}}");
  }

  @Test
  void eachDialectHasItsOwnWords() throws IOException {
    ChatRequest request =
        hi().maxOutputTokens(9)
            .seed(7)
            .metadata("k", "v")
            .tool(WEATHER)
            .toolChoice(ToolChoice.required())
            .build();
    ChatRequest thinking = hi().seed(7).reasoningEffort(ReasoningEffort.HIGH).build();
    JsonNode mistral = write(Dialect.MISTRAL, request, true);
    assertThat(mistral.get("tool_choice").asText()).isEqualTo("any");
    assertThat(mistral.get("random_seed").asInt()).isEqualTo(7);
    assertThat(mistral.get("max_tokens").asInt()).isEqualTo(9);
    assertThat(mistral.has("stream_options")).isFalse();
    assertThat(mistral.has("metadata")).isFalse();
    JsonNode deepSeek = write(Dialect.DEEPSEEK, thinking, true);
    assertThat(deepSeek.has("seed")).isFalse();
    assertJson(deepSeek.get("thinking"), "{'type':'enabled'}");
    assertJson(deepSeek.get("stream_options"), "{'include_usage':true}");
    assertJson(write(Dialect.OPENROUTER, thinking).get("reasoning"), "{'effort':'high'}");
  }

  @Test
  void aConversationWithToolsAndImagesKeepsItsOrder() throws IOException {
    ChatRequest request =
        ChatRequest.builder()
            .system("Be brief")
            .user(new Part.Text("Look"), PNG, LINK)
            .message(
                Message.assistant(
                    List.of(
                        new Part.Reasoning("hm", new VendorData("anthropic", "sig")),
                        new ToolCall("1", "f", "{\"half", new VendorData("gemini", "{}")),
                        new ToolCall("2", "f", "{}"))))
            .message(
                Message.tool(
                    new ToolResult("1", List.of(new Part.Text("see"), PNG), false),
                    ToolResult.failure("2", "no such file")))
            .build();
    assertJson(
        write(Dialect.OPENAI, request).get("messages"),
        "[{'role':'system','content':'Be brief'},"
            + "{'role':'user','content':[{'type':'text','text':'Look'},"
            + "{'type':'image_url','image_url':{'url':'data:image/png;base64,AQIDBAU='}},"
            + "{'type':'image_url','image_url':{'url':'https://x.test/a.png'}}]},"
            + "{'role':'assistant','content':null,'tool_calls':["
            + "{'id':'1','type':'function','function':{'name':'f','arguments':'{\\'half'}},"
            + "{'id':'2','type':'function','function':{'name':'f','arguments':'{}'}}]},"
            + "{'role':'tool','tool_call_id':'1','content':'see'},"
            + "{'role':'tool','tool_call_id':'2','content':'The tool failed: no such file'},"
            + "{'role':'user','content':[{'type':'text','text':'From the tool call 1:'},"
            + "{'type':'image_url','image_url':{'url':'data:image/png;base64,AQIDBAU='}}]}]");
  }

  @Test
  void aLargeImageIsWrittenWhole() throws IOException {
    byte[] bytes = new byte[1 << 20];
    bytes[bytes.length - 1] = 7;
    ChatRequest request = ChatRequest.builder().user(Part.Image.of(bytes, "image/jpeg")).build();
    String url = write(Dialect.OPENAI, request).at("/messages/0/content/0/image_url/url").asText();
    assertThat(Base64.getDecoder().decode(url.substring(url.indexOf(',') + 1))).isEqualTo(bytes);
  }

  @Test
  void reasoningAndSignaturesGoBackOnlyToTheirVendor() throws IOException {
    Message answer =
        Message.assistant(
            List.of(
                new Part.Reasoning("mine", new VendorData("deepseek", "reasoning_content")),
                new Part.Reasoning("foreign", new VendorData("anthropic", "sig")),
                new Part.Reasoning("nobody's"),
                new Part.Text("a")));
    ChatRequest request = hi().message(answer).user("And?").build();
    assertJson(
        write(Dialect.DEEPSEEK, request).at("/messages/1"),
        "{'role':'assistant','content':'a','reasoning_content':'mine'}");
    assertJson(
        write(Dialect.GROQ, request).at("/messages/1"), "{'role':'assistant','content':'a'}");

    VendorData signature = new VendorData("openai-compatible", "{\"google\":{\"s\":1}}");
    ChatRequest signed =
        hi().message(Message.assistant(List.of(new ToolCall("1", "f", "{}", signature))))
            .message(Message.tool(ToolResult.of("1", "a")))
            .build();
    assertJson(
        write(Dialect.COMPATIBLE, signed).at("/messages/1/tool_calls/0/extra_content"),
        "{'google':{'s':1}}");
    assertThat(write(Dialect.OPENAI, signed).at("/messages/1/tool_calls/0").has("extra_content"))
        .isFalse();
  }

  @Test
  void mistralGetsShortIdsThatMatchAndDoNotCollide() throws IOException {
    Message calls =
        new Message(
            Role.ASSISTANT,
            List.of(
                new ToolCall("call_1", "f", "{}"),
                new ToolCall("abcdefgh9", "f", "{}"),
                new ToolCall("call_2", "f", "{}")));
    Message results =
        Message.tool(
            ToolResult.of("call_2", "b"),
            ToolResult.of("abcdefgh9", "c"),
            ToolResult.of("call_1", "a"));
    JsonNode messages =
        write(Dialect.MISTRAL, hi().message(calls).message(results).build()).get("messages");
    String first = messages.at("/1/tool_calls/0/id").asText();
    String third = messages.at("/1/tool_calls/2/id").asText();
    assertThat(List.of(first, third)).allMatch(id -> id.matches("[a-zA-Z0-9]{9}"));
    assertThat(first).isNotEqualTo(third);
    assertThat(messages.at("/1/tool_calls/1/id").asText()).isEqualTo("abcdefgh9");
    assertThat(messages.at("/2/tool_call_id").asText()).isEqualTo(first);
    assertThat(messages.at("/2/content").asText()).isEqualTo("a");
    assertThat(messages.at("/4/tool_call_id").asText()).isEqualTo(third);
    assertThat(messages.at("/4/content").asText()).isEqualTo("b");

    // An id that is taken is not given away: here the short form of call_1 is in use already.
    Message clash =
        Message.assistant(
            List.of(new ToolCall(first, "f", "{}"), new ToolCall("call_1", "f", "{}")));
    Message both = Message.tool(ToolResult.of(first, "a"), ToolResult.of("call_1", "b"));
    JsonNode ids =
        write(Dialect.MISTRAL, hi().message(clash).message(both).build())
            .at("/messages/1/tool_calls");
    assertThat(ids.at("/0/id").asText()).isEqualTo(first);
    assertThat(ids.at("/1/id").asText()).isNotEqualTo(first);
  }

  @Test
  void mistralContinuesATrailingAnswer() throws IOException {
    ChatRequest request = hi().assistant("Once upon").build();
    assertThat(write(Dialect.MISTRAL, request).at("/messages/1/prefix").asBoolean()).isTrue();
    assertThat(write(Dialect.OPENAI, request).at("/messages/1").has("prefix")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"type\":        | openai: the parameters of the tool \"t\" are not one JSON object",
        "{} {}             | openai: the parameters of the tool \"t\" are not one JSON object",
      })
  void aSchemaThatIsNoJsonIsNamed(String schema, String message) {
    ChatRequest request = hi().tool(Tool.of("t", "", schema)).build();
    assertInvalid(request, message);
  }

  @Test
  void halvesOfCharactersAreReplacedAndWholeOnesKept() throws IOException {
    ChatRequest request =
        ChatRequest.builder()
            .user("a\ud83d b\ude00 \ud83d\ude00\ud83d\ud83d\ude00\ude00")
            .tool(Tool.of("t", "\ude00", "{\"title\":\"\ud83d\"}"))
            .build();
    JsonNode body = write(Dialect.OPENAI, request);
    assertThat(body.at("/messages/0/content").asText())
        .isEqualTo("a\ufffd b\ufffd \ud83d\ude00\ufffd\ud83d\ude00\ufffd");
    assertThat(body.at("/tools/0/function/description").asText()).isEqualTo("\ufffd");
    assertThat(body.at("/tools/0/function/parameters/title").asText()).isEqualTo("\ufffd");
  }

  @Test
  void whatCannotBeWrittenIsNamed() {
    assertInvalid(
        hi().vendorOption("openai", "stream", true).build(),
        "openai: the vendor option \"stream\" repeats a field of the request");
    assertInvalid(
        hi().vendorOption("openai", "x", List.of(Double.NaN)).build(),
        "openai: the vendor option \"x\" is not a finite number");
    assertInvalid(
        ChatRequest.builder().user(Part.Image.of(new byte[1], "image/png\",\"x")).build(),
        "openai: an image's media type is no media type");
  }

  private static void assertInvalid(ChatRequest request, String message) {
    assertThatThrownBy(
            () ->
                OpenAiWriter.write(
                    request, NamedModel.of("m"), false, Dialects.traits(Dialect.OPENAI)))
        .isInstanceOfSatisfying(
            ProviderException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_REQUEST))
        .hasMessage(message)
        .hasNoCause();
  }

  @Test
  void whatAServerCannotDoIsKnownBefore() {
    ChatRequest link = ChatRequest.builder().user(LINK).build();
    ChatRequest bytes = ChatRequest.builder().user(PNG).build();
    ChatRequest forced = hi().tool(WEATHER).toolChoice(ToolChoice.required()).build();
    ChatRequest free = hi().tool(WEATHER).toolChoice(ToolChoice.auto()).build();
    ChatRequest result =
        hi().message(Message.tool(new ToolResult("1", List.of(PNG), false))).build();
    assertThat(obstacle(Dialect.OLLAMA, link)).contains("ollama takes images by bytes, not by URL");
    assertThat(obstacle(Dialect.OLLAMA, bytes)).isEmpty();
    assertThat(obstacle(Dialect.OLLAMA, forced)).contains("ollama cannot be made to call a tool");
    assertThat(obstacle(Dialect.OLLAMA, free)).isEmpty();
    assertThat(obstacle(Dialect.DEEPSEEK, bytes)).contains("deepseek takes no images");
    assertThat(obstacle(Dialect.DEEPSEEK, result)).contains("deepseek takes no images");
    assertThat(obstacle(Dialect.MISTRAL, result)).contains("takes no image in a tool's result");
    assertThat(obstacle(Dialect.OPENAI, result)).isEmpty();
  }

  private static String obstacle(Dialect dialect, ChatRequest request) {
    return OpenAiObstacles.to(request, Dialects.traits(dialect)).orElse("");
  }

  @Test
  void recordedRequestsAreWrittenAlike() throws IOException {
    ChatRequest capital = ChatRequest.of("What is the capital of France?");
    assertRecorded("openai/text/gpt5-text", Dialect.OPENAI, capital);
    assertRecorded(
        "openai/text/basic-gpt4o-mini", Dialect.OPENAI, ChatRequest.of("Say this is a test"));
    assertRecorded("groq/text/basic", Dialect.GROQ, ChatRequest.of("hello"));
    ChatRequest.Builder paris = ChatRequest.builder().user("What's the weather in Paris?");
    ChatRequest required = paris.tool(WEATHER).toolChoice(ToolChoice.required()).build();
    assertRecorded("groq/tools/single-call", Dialect.GROQ, required);
    assertRecorded(
        "mistral/tools/single-call", Dialect.MISTRAL, required.toBuilder().topP(1).build());
    assertRecorded(
        "mistral/reasoning/reasoning-effort-high",
        Dialect.MISTRAL,
        ChatRequest.builder()
            .user("What is 2+2? Reply with just the number.")
            .topP(1)
            .reasoningEffort(ReasoningEffort.HIGH)
            .build());
    assertRecorded(
        "ollama/structured/json-schema",
        Dialect.OLLAMA,
        capital.toBuilder()
            .responseFormat(
                new ResponseFormat.JsonSchema(
                    "CityLocation",
                    "{\"properties\":{\"city\":{\"type\":\"string\"},\"country\":{\"type\":\"string\"}},"
                        + "\"required\":[\"city\",\"country\"],\"title\":\"CityLocation\",\"type\":\"object\"}",
                    false))
            .build());
    assertRecorded(
        "vllm/stream/length-finish",
        Dialect.VLLM,
        ChatRequest.builder()
            .system("You are a helpful assistant ")
            .user("Tell me a joke about OpenTelemetry")
            .maxOutputTokens(20)
            .temperature(0.7)
            .build());
    assertRecorded(
        "openai/stream/moderation-chunk",
        Dialect.OPENAI,
        capital.toBuilder()
            .vendorOption("openai", "moderation", Map.of("model", "omni-moderation-latest"))
            .build());
  }

  private static void assertRecorded(String name, Dialect dialect, ChatRequest request)
      throws IOException {
    Path file = Fixtures.root().resolve(name);
    ObjectNode recorded = (ObjectNode) Fixtures.json(file, ".request.json");
    ObjectNode written = (ObjectNode) write(dialect, request, recorded.path("stream").asBoolean());
    written.set("model", recorded.get("model"));
    assertThat(plain(written)).as(name).isEqualTo(plain(recorded));
  }

  /** Without what means the same when it is not there. */
  private static ObjectNode plain(ObjectNode request) {
    request.remove(List.of("n", "stream_options"));
    for (JsonNode tool : request.withArray("tools")) {
      ((ObjectNode) tool).put("type", "function");
    }
    if (((ArrayNode) request.get("tools")).isEmpty()) {
      request.remove("tools");
    }
    return request;
  }
}
