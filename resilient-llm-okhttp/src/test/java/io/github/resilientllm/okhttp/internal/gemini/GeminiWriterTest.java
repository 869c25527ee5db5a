package io.github.resilientllm.okhttp.internal.gemini;

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
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolChoice;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.okhttp.Bodies;
import io.github.resilientllm.okhttp.Collected;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Everything that a request carries arrives in Gemini's words, or it is said that it does not. */
class GeminiWriterTest {
  private static final String OLD = "gemini-2.5-flash";
  private static final String NEW = "gemini-3-flash-preview";
  private static final String SCHEMA = "{\"type\":\"object\",\"properties\":{}}";
  private static final Tool WEATHER = Tool.of("get_weather", "Get weather", SCHEMA);
  private static final Part.Image LINK = Part.Image.of(URI.create("https://x.test/a.png"));

  private static JsonNode write(Protocol protocol, ChatRequest request) throws IOException {
    return Bodies.write(protocol, request, false);
  }

  private static JsonNode write(String model, ChatRequest request) throws IOException {
    return write(Collected.gemini(model), request);
  }

  private static Protocol vertex() {
    return new GeminiProtocol(OLD, true, false, InstantSource.system());
  }

  @Test
  void strictToolsOfOlderModelsAreSaidNotToBe() {
    ChatRequest request =
        ChatRequest.builder().user("q").tool(Tool.of("f", "", "{}").enforced()).build();
    assertThat(Collected.gemini("gemini-2.0-flash").leavesOut(request))
        .containsExactly("strict tool parameters");
    assertThat(Collected.gemini("gemini-2.5-flash").leavesOut(request)).isEmpty();
  }

  @Test
  void everySettingIsWritten() throws IOException {
    ChatRequest request =
        ChatRequest.builder()
            .system("Be brief.")
            .system("Be kind.")
            .user("Hi")
            .temperature(0.5)
            .topP(0.25)
            .maxOutputTokens(9)
            .stop("a", "b")
            .seed(7)
            .reasoningEffort(ReasoningEffort.LOW)
            .tool(WEATHER)
            .tool(Tool.of("now", "", SCHEMA))
            .toolChoice(ToolChoice.tool("now"))
            .parallelToolCalls(true)
            .vendorOption("gemini", "serviceTier", "flex")
            .vendorOption("gemini", "generationConfig", Map.of("topK", 40))
            .vendorOption("openai", "other", true)
            .build();
    assertJson(
        write(OLD, request),
        "{'systemInstruction':{'parts':[{'text':'Be brief.'},{'text':'Be kind.'}]},"
            + "'contents':[{'role':'user','parts':[{'text':'Hi'}]}],"
            + "'tools':[{'functionDeclarations':["
            + "{'name':'get_weather','description':'Get weather','parametersJsonSchema':"
            + SCHEMA
            + "},{'name':'now','parametersJsonSchema':"
            + SCHEMA
            + "}]}],"
            + "'toolConfig':{'functionCallingConfig':{'mode':'ANY','allowedFunctionNames':['now']}},"
            + "'generationConfig':{'maxOutputTokens':9,'temperature':0.5,'topP':0.25,"
            + "'stopSequences':['a','b'],'seed':7,'thinkingConfig':{'thinkingBudget':1024},"
            + "'topK':40},'serviceTier':'flex'}");
  }

  @Test
  void aPlainQuestionIsNothingButContents() throws IOException {
    assertJson(
        write(NEW, ChatRequest.of("Hi")), "{'contents':[{'role':'user','parts':[{'text':'Hi'}]}]}");
  }

  @ParameterizedTest
  @CsvSource({"AUTO, AUTO", "NONE, NONE", "REQUIRED, ANY"})
  void toolChoicesAreModes(ToolChoice.Mode choice, String mode) throws IOException {
    ToolChoice toolChoice =
        switch (choice) {
          case NONE -> ToolChoice.none();
          case REQUIRED -> ToolChoice.required();
          default -> ToolChoice.auto();
        };
    ChatRequest request = hi().tool(WEATHER).toolChoice(toolChoice).build();
    assertJson(write(OLD, request).get("toolConfig"), config(mode));
  }

  private static String config(String mode) {
    return "{'functionCallingConfig':{'mode':'" + mode + "'}}";
  }

  @Test
  void aToolThatIsToBeEnforcedIsValidatedWhereTheModelCan() throws IOException {
    ChatRequest.Builder enforced = hi().tool(WEATHER.enforced());
    assertJson(write(OLD, enforced.build()).get("toolConfig"), config("VALIDATED"));
    assertThat(write("gemini-2.0-flash", enforced.build()).get("toolConfig")).isNull();
    ChatRequest required = enforced.toolChoice(ToolChoice.required()).build();
    assertJson(write(OLD, required).get("toolConfig"), config("ANY"));
  }

  @Test
  void aJsonAnswerHasItsTypeAndItsSchema() throws IOException {
    assertJson(
        write(OLD, hi().responseFormat(ResponseFormat.json()).build()).get("generationConfig"),
        "{'responseMimeType':'application/json'}");
    assertJson(
        write(OLD, hi().responseFormat(ResponseFormat.jsonSchema("city", SCHEMA)).build())
            .get("generationConfig"),
        "{'responseMimeType':'application/json','responseJsonSchema':" + SCHEMA + "}");
  }

  @ParameterizedTest
  @CsvSource({
    "gemini-2.5-flash, NONE, thinkingBudget, 0, ''",
    "gemini-2.5-flash-lite, MINIMAL, thinkingBudget, 512, ''",
    "gemini-2.5-flash, MEDIUM, thinkingBudget, 8192, ''",
    "gemini-2.5-flash, HIGH, thinkingBudget, 24576, ''",
    "gemini-2.5-flash, XHIGH, thinkingBudget, 24576, 'reasoningEffort XHIGH, the nearest is asked"
        + " for'",
    "gemini-2.5-flash, MAX, thinkingBudget, 24576, ''",
    "gemini-2.5-pro, NONE, thinkingBudget, 128, 'reasoningEffort NONE, the nearest is asked for'",
    "gemini-2.5-pro, XHIGH, thinkingBudget, 32768, ''",
    "gemini-3-flash-preview, NONE, thinkingLevel, MINIMAL,"
        + " 'reasoningEffort NONE, the nearest is asked for'",
    "gemini-3-flash-preview, MINIMAL, thinkingLevel, MINIMAL, ''",
    "gemini-3-pro-preview, MINIMAL, thinkingLevel, LOW, ''",
    "gemini-3.5-flash, MEDIUM, thinkingLevel, MEDIUM, ''",
    "gemini-3.5-flash, XHIGH, thinkingLevel, HIGH,"
        + " 'reasoningEffort XHIGH, the nearest is asked for'",
    "models/gemini-flash-latest, MAX, thinkingLevel, HIGH, ''",
    "gemini-flash-latest, MAX, thinkingLevel, HIGH, ''",
    "models/gemini-2.5-pro-preview-06-05, LOW, thinkingBudget, 1024, ''"
  })
  void eachGenerationThinksByItsOwnMeasure(
      String model, ReasoningEffort effort, String field, String value, String leftOut)
      throws IOException {
    ChatRequest request = hi().reasoningEffort(effort).build();
    JsonNode thinking = write(model, request).at("/generationConfig/thinkingConfig");
    assertThat(thinking).hasSize(1);
    assertThat(thinking.get(field).asText()).isEqualTo(value);
    assertThat(Collected.gemini(model).cannotServe(request)).isEmpty();
    assertThat(String.join("", Collected.gemini(model).leavesOut(request))).isEqualTo(leftOut);
  }

  @Test
  void whatCarriesMeaningAndCannotBeSentIsAnObstacleForGood() {
    ChatRequest byUrl = ChatRequest.builder().user(LINK).bestEffort().build();
    assertThat(Collected.gemini("gemini-2.0-flash").cannotServe(byUrl))
        .contains("gemini takes images by bytes, not by URL, with this model");
    assertThat(Collected.gemini("gemma-3-27b-it").cannotServe(byUrl)).isPresent();
    for (String url : List.of("http://x.test/a.png", "https://x.test/a", "https://x.test/a.svg")) {
      ChatRequest other =
          ChatRequest.builder().user(Part.Image.of(URI.create(url))).bestEffort().build();
      assertThat(Collected.gemini(NEW).cannotServe(other)).as(url).isPresent();
    }
  }

  @Test
  void anImageByUrlGoesAlongWithItsType() throws IOException {
    ChatRequest byUrl = ChatRequest.builder().user(LINK).build();
    for (String model : List.of(OLD, NEW, "gemini-flash-latest")) {
      assertThat(Collected.gemini(model).cannotServe(byUrl)).isEmpty();
      assertJson(
          write(model, byUrl).at("/contents/0/parts/0"),
          "{'fileData':{'mimeType':'image/png','fileUri':'https://x.test/a.png'}}");
    }
    ChatRequest inResult =
        hi().message(Message.assistant(List.of(new ToolCall("1", "f", "{}"))))
            .message(Message.tool(new ToolResult("1", List.of(LINK), false)))
            .build();
    JsonNode parts = write(NEW, inResult).at("/contents/2/parts");
    assertThat(parts.at("/0/functionResponse/parts").isMissingNode()).isTrue();
    assertThat(parts.at("/2/fileData/mimeType").asText()).isEqualTo("image/png");
  }

  @ParameterizedTest
  @CsvSource({
    "gemini-2.5-flash, , true",
    "gemini-2.5-flash, NONE, false",
    "gemini-2.5-flash, LOW, true",
    "gemini-2.5-flash-lite, , false",
    "gemini-2.5-flash-lite, HIGH, true",
    "gemini-3-pro-preview, , true",
    "gemini-3-flash-preview, MINIMAL, false",
    "gemini-2.0-flash, , false",
    "gemma-3-27b-it, , false",
  })
  void thoughtsAreStreamedSoThatThinkingIsNotSilent(
      String model, ReasoningEffort effort, boolean asked) throws IOException {
    ChatRequest request = effort == null ? hi().build() : hi().reasoningEffort(effort).build();
    String place = "/generationConfig/thinkingConfig/includeThoughts";
    JsonNode streamed = Bodies.write(Collected.gemini(model), request, true);
    assertThat(streamed.at(place).asBoolean()).isEqualTo(asked);
    assertThat(write(model, request).at(place).isMissingNode()).isTrue();
  }

  @Test
  void whoSaysHimselfHowToThinkIsNotAskedForThoughts() throws IOException {
    Map<String, Object> off = Map.of("thinkingConfig", Map.of("thinkingBudget", 0));
    ChatRequest request = hi().vendorOption("gemini", "generationConfig", off).build();
    assertJson(
        Bodies.write(Collected.gemini(OLD), request, true).get("generationConfig"),
        "{'thinkingConfig':{'thinkingBudget':0}}");
  }

  @Test
  void besideToolsAnOldModelIsAskedForTheShapeInWords() throws IOException {
    ChatRequest both = hi().tool(WEATHER).responseFormat(ResponseFormat.json()).build();
    JsonNode asked = write(OLD, both);
    assertThat(asked.at("/systemInstruction/parts/0/text").asText())
        .startsWith("Answer with one JSON object");
    assertThat(asked.has("generationConfig")).isFalse();
    JsonNode held = write(NEW, both);
    assertThat(held.has("systemInstruction")).isFalse();
    assertThat(held.at("/generationConfig/responseMimeType").asText())
        .isEqualTo("application/json");
  }

  @Test
  void anOptionThatGeminiLacksIsAnObstacleUnlessBestEffortWillDo() throws IOException {
    ChatRequest.Builder many = hi().stop("1", "2", "3", "4", "5", "6");
    assertGap(OLD, many, "more than 5 stop texts");
    assertThat(write(OLD, many.build()).at("/generationConfig/stopSequences")).hasSize(5);
    ChatRequest.Builder seed = hi().seed(1L << 31);
    assertGap(OLD, seed, "a seed of more than 32 bits");
    assertThat(write(OLD, seed.build()).has("generationConfig")).isFalse();
    assertGap(OLD, hi().tool(WEATHER).parallelToolCalls(false), "parallelToolCalls(false)");
    ChatRequest.Builder effort = hi().reasoningEffort(ReasoningEffort.HIGH);
    assertGap("gemini-2.0-flash", effort, "reasoningEffort");
    assertThat(write("gemini-2.0-flash", effort.build()).has("generationConfig")).isFalse();
    ChatRequest none = hi().reasoningEffort(ReasoningEffort.NONE).build();
    assertThat(Collected.gemini("gemini-2.0-flash").cannotServe(none)).isEmpty();
    assertThat(Collected.gemini(OLD).cannotServe(hi().stop("1").seed(-1).build())).isEmpty();
  }

  private static void assertGap(String model, ChatRequest.Builder request, String gap) {
    Protocol gemini = Collected.gemini(model);
    assertThat(gemini.cannotServe(request.build())).contains(model + " lacks " + gap);
    ChatRequest willing = request.bestEffort().build();
    assertThat(gemini.cannotServe(willing)).isEmpty();
    assertThat(gemini.leavesOut(willing)).containsExactly(gap);
  }

  @Test
  void onlyVertexHasLabelsAndOnlyForWhatGoogleTakesAsThem() throws IOException {
    ChatRequest good = hi().metadata("team", "a-1").build();
    assertJson(write(vertex(), good).get("labels"), "{'team':'a-1'}");
    assertThat(vertex().leavesOut(good)).isEmpty();
    ChatRequest bad = hi().metadata("team", "a-1").metadata("User", "x").build();
    assertThat(write(vertex(), bad).has("labels")).isFalse();
    assertThat(vertex().leavesOut(bad)).containsExactly("metadata");
    assertThat(write(OLD, good).has("labels")).isFalse();
    assertThat(Collected.gemini(OLD).leavesOut(good)).containsExactly("metadata");
    assertThat(Collected.gemini(OLD).cannotServe(good)).isEmpty();
  }

  @Test
  void vendorOptionsJoinOurFieldsAndNeverRepeatThem() throws IOException {
    ChatRequest.Builder request =
        hi().temperature(1).reasoningEffort(ReasoningEffort.LOW).tool(WEATHER.enforced());
    ChatRequest joined =
        request
            .vendorOption(
                "gemini",
                "generationConfig",
                Map.of("thinkingConfig", Map.of("includeThoughts", true)))
            .vendorOption(
                "gemini", "toolConfig", Map.of("retrievalConfig", Map.of("languageCode", "de")))
            .build();
    JsonNode written = write(OLD, joined);
    assertJson(
        written.get("generationConfig"),
        "{'temperature':1.0,'thinkingConfig':{'thinkingBudget':1024,'includeThoughts':true}}");
    assertJson(
        written.get("toolConfig"),
        "{'functionCallingConfig':{'mode':'VALIDATED'},'retrievalConfig':{'languageCode':'de'}}");
    assertInvalid(
        request.vendorOption("gemini", "generationConfig", Map.of("temperature", 0.5)),
        "gemini: the vendor option \"generationConfig.temperature\" repeats a field of the"
            + " request");
    assertInvalid(
        hi().vendorOption("gemini", "generationConfig", 7),
        "gemini: the vendor option \"generationConfig\" is not a map");
    assertInvalid(
        hi().vendorOption("gemini", "contents", List.of()),
        "gemini: the vendor option \"contents\" repeats a field of the request");
  }

  @Test
  void whatIsNoJsonIsRefusedWithoutQuotingIt() {
    assertInvalid(
        hi().tool(Tool.of("f", "", "{secret")),
        "gemini: the parameters of the tool \"f\" are not one JSON object");
    assertInvalid(
        hi().responseFormat(ResponseFormat.jsonSchema("s", "{secret")),
        "gemini: the contents of the schema \"s\" are not one JSON object");
  }

  private static void assertInvalid(ChatRequest.Builder request, String message) {
    assertThatThrownBy(() -> Collected.gemini(OLD).write(request.build(), false))
        .isInstanceOf(ProviderException.class)
        .hasMessage(message)
        .satisfies(
            e -> assertThat(((ProviderException) e).kind()).isEqualTo(ErrorKind.INVALID_REQUEST));
  }
}
