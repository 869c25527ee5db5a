package io.github.resilientllm.okhttp.internal.gemini;

import static io.github.resilientllm.okhttp.Bodies.assertJson;
import static io.github.resilientllm.okhttp.Bodies.hi;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.Bodies;
import io.github.resilientllm.okhttp.Collected;
import io.github.resilientllm.okhttp.Fixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A history goes to Gemini with what its models signed, and with nothing that others did. */
class GeminiHistoryTest {
  private static final String OLD = "gemini-2.5-flash";
  private static final String NEW = "gemini-3-flash-preview";
  private static final String SCHEMA = "{\"type\":\"object\",\"properties\":{}}";
  private static final Part.Image PNG = Part.Image.of(new byte[] {1, 2, 3, 4, 5}, "image/png");

  private static JsonNode write(String model, ChatRequest request) throws IOException {
    return Bodies.write(Collected.gemini(model), request, false);
  }

  private static VendorData own(String data) {
    return new VendorData("gemini", data);
  }

  @Test
  void aModelThatIsNoGeminiGetsNoSignatureAndNoThinking() throws IOException {
    ChatRequest request =
        ChatRequest.builder()
            .user("q")
            .message(Message.assistant(List.of(new ToolCall("1", "f", "{}"))))
            .message(Message.tool(ToolResult.of("1", "r")))
            .reasoningEffort(ReasoningEffort.LOW)
            .bestEffort()
            .build();
    for (String model : List.of("gemma-3-27b-it", "tunedModels/gemini-mine")) {
      String body = Bodies.write(Collected.gemini(model), request, true).toString();
      assertThat(body).contains("functionCall").doesNotContain("thought", "thinking");
      assertThat(Collected.gemini(model).leavesOut(request)).containsExactly("reasoningEffort");
    }
  }

  @Test
  void aHistoryGoesBackWithItsIdsAndSignatures() throws IOException {
    ChatRequest request =
        ChatRequest.builder()
            .user("Where?")
            .message(
                Message.assistant(
                    List.of(
                        new Part.Reasoning("hm", own("thought:S0")),
                        new Part.Reasoning("", own("text:S1")),
                        new Part.Text("Let me see."),
                        new ToolCall("w71i0cbt", "where", "{\"x\":[1]}", own("S2")),
                        new ToolCall("toolu_1", "when", ""))))
            .message(
                Message.tool(
                    ToolResult.of("w71i0cbt", "Mexico"), ToolResult.failure("toolu_1", "no clock")))
            .build();
    for (String model : new String[] {OLD, NEW}) {
      assertJson(
          write(model, request).get("contents"),
          "[{'role':'user','parts':[{'text':'Where?'}]},"
              + "{'role':'model','parts':["
              + "{'text':'hm','thought':true,'thoughtSignature':'S0'},"
              + "{'text':'Let me see.','thoughtSignature':'S1'},"
              + "{'functionCall':{'id':'w71i0cbt','name':'where','args':{'x':[1]}},"
              + "'thoughtSignature':'S2'},"
              + "{'functionCall':{'id':'toolu_1','name':'when','args':{}}}]},"
              + "{'role':'user','parts':["
              + "{'functionResponse':{'id':'w71i0cbt','name':'where','response':{'output':'Mexico'}}},"
              + "{'functionResponse':{'id':'toolu_1','name':'when','response':{'error':'no clock'}}}"
              + "]}]");
    }
  }

  @Test
  void anInventedIdIsNotSentAndItsResultIsFoundByName() throws IOException {
    String id = GeminiAnswer.INVENTED + "0123456789abcdef0123456789abcdef";
    ChatRequest request =
        hi().message(Message.assistant(List.of(new ToolCall(id, "f", "{}", own("S")))))
            .message(Message.tool(ToolResult.of(id, "")))
            .build();
    JsonNode contents = write(OLD, request).get("contents");
    assertJson(
        contents.get(1).get("parts"),
        "[{'functionCall':{'name':'f','args':{}},'thoughtSignature':'S'}]");
    assertJson(
        contents.get(2).get("parts"),
        "[{'functionResponse':{'name':'f','response':{'output':''}}}]");
  }

  @Test
  void aSignatureOfATextThatIsGoneStandsOnAnEmptyOne() throws IOException {
    ChatRequest request =
        hi().message(
                Message.assistant(
                    List.of(
                        new Part.Reasoning("", own("text:S1")),
                        new Part.Reasoning("", own("text:S2")),
                        new ToolCall("1", "f", "{}", own("S3")))))
            .message(Message.tool(ToolResult.of("1", "")))
            .build();
    assertJson(
        write(NEW, request).at("/contents/1/parts"),
        "[{'text':'','thoughtSignature':'S1'},{'text':'','thoughtSignature':'S2'},"
            + "{'functionCall':{'id':'1','name':'f','args':{}},'thoughtSignature':'S3'}]");
  }

  @Test
  void theFirstCallOfAForeignStepIsExcusedFromItsSignatureWhereOneIsAskedFor() throws IOException {
    VendorData foreign = new VendorData("anthropic", "theirs");
    ChatRequest request =
        hi().message(
                Message.assistant(
                    List.of(
                        new Part.Reasoning("secret", foreign),
                        new ToolCall("1", "f", "{}", foreign),
                        new ToolCall("2", "f", "{}"))))
            .message(Message.tool(ToolResult.of("1", "a"), ToolResult.of("2", "b")))
            .message(Message.assistant(List.of(new ToolCall("3", "f", "{}"))))
            .message(Message.tool(ToolResult.of("3", "c")))
            .build();
    JsonNode contents = write(NEW, request).get("contents");
    String excuse = ",'thoughtSignature':'" + GeminiHistory.NO_SIGNATURE + "'";
    assertJson(
        contents.get(1).get("parts"),
        "[{'functionCall':{'id':'1','name':'f','args':{}}"
            + excuse
            + "},{'functionCall':{'id':'2','name':'f','args':{}}}]");
    assertJson(
        contents.get(3).get("parts"),
        "[{'functionCall':{'id':'3','name':'f','args':{}}" + excuse + "}]");
    assertThat(write(OLD, request).toString()).doesNotContain("thoughtSignature");
    assertThat(Collected.gemini(NEW).leavesOut(request))
        .containsExactly("reasoning of another vendor");
    assertThat(write(NEW, request).toString()).doesNotContain("theirs").doesNotContain("secret");
  }

  @Test
  void theRecordedTurnWithAnIdIsWrittenAsItWasRecorded() throws IOException {
    Path name = Fixtures.root().resolve("gemini/tools/function-result-with-id-turn");
    JsonNode recorded = Fixtures.json(name, ".request.json");
    JsonNode call = recorded.at("/contents/1/parts/0");
    String signature = call.get("thoughtSignature").asText();
    ChatRequest request =
        ChatRequest.builder()
            .user(recorded.at("/contents/0/parts/0/text").asText())
            .message(
                Message.assistant(
                    List.of(new ToolCall("w71i0cbt", "get_user_country", "{}", own(signature)))))
            .message(Message.tool(ToolResult.of("w71i0cbt", "Mexico")))
            .tool(Tool.of("get_user_country", "", SCHEMA))
            .responseFormat(
                ResponseFormat.jsonSchema(
                    "city", recorded.at("/generationConfig/responseJsonSchema").toString()))
            .build();
    JsonNode written = write(NEW, request);
    assertThat(written.at("/contents/0")).isEqualTo(recorded.at("/contents/0"));
    assertThat(written.at("/contents/1")).isEqualTo(recorded.at("/contents/1"));
    assertThat(written.at("/contents/2/parts/0/functionResponse/id").asText())
        .isEqualTo(recorded.at("/contents/2/parts/0/functionResponse/id").asText());
    assertThat(written.at("/generationConfig/responseJsonSchema"))
        .isEqualTo(recorded.at("/generationConfig/responseJsonSchema"));
  }

  @Test
  void imagesGoAsBytesAndStandInAResultWhereTheModelTakesThemThere() throws IOException {
    ChatRequest request =
        ChatRequest.builder()
            .user(new Part.Text("Look"), PNG)
            .message(Message.assistant(List.of(new ToolCall("1", "f", "{}", own("S")))))
            .message(Message.tool(new ToolResult("1", List.of(new Part.Text("here"), PNG), false)))
            .user("What is it?")
            .build();
    String image = "{'inlineData':{'mimeType':'image/png','data':'AQIDBAU='}}";
    JsonNode modern = write(NEW, request).get("contents");
    assertJson(modern.get(0).get("parts"), "[{'text':'Look'}," + image + "]");
    assertJson(
        modern.get(2).get("parts"),
        "[{'functionResponse':{'id':'1','name':'f','response':{'output':'here'},'parts':["
            + image
            + "]}},{'text':'What is it?'}]");
    assertJson(
        write(OLD, request).at("/contents/2/parts"),
        "[{'functionResponse':{'id':'1','name':'f','response':{'output':'here'}}},"
            + "{'text':'From the tool f:'},"
            + image
            + ",{'text':'What is it?'}]");
  }
}
