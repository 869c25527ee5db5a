package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.PromptCaching;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.internal.anthropic.AnthropicProtocol;
import io.github.resilientllm.okhttp.internal.bedrock.BedrockModel;
import io.github.resilientllm.okhttp.internal.bedrock.BedrockProtocol;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where each vendor is told to keep what it has read. */
class PromptCachingTest {
  private static final Tool TOOL = Tool.of("get_weather", "", "{\"type\":\"object\"}");
  private static final Protocol ANTHROPIC =
      new AnthropicProtocol("claude-sonnet-4-5", false, InstantSource.system());

  private static Protocol bedrock(String model) {
    return new BedrockProtocol(BedrockModel.of(model), false, InstantSource.system());
  }

  private static ChatRequest.Builder longConversation() {
    return ChatRequest.builder()
        .system("Be brief.")
        .tool(TOOL)
        .user("first question")
        .message(
            Message.assistant(
                List.of(
                    new Part.Reasoning("hm", new VendorData("anthropic", "signed")),
                    new ToolCall("1", "get_weather", "{}"))))
        .message(Message.tool(ToolResult.of("1", "sun")))
        .assistant("first answer")
        .user("second question");
  }

  /** The places of the marks, such as {@code /system/0}. */
  private static List<String> marks(JsonNode body, String word) {
    List<String> places = new ArrayList<>();
    collect(body, "", word, places);
    return places;
  }

  private static void collect(JsonNode node, String place, String word, List<String> places) {
    if (node.has(word)) {
      places.add(place);
    }
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        collect(node.get(i), place + "/" + i, word, places);
      }
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      collect(field.getValue(), place + "/" + field.getKey(), word, places);
    }
  }

  private static List<String> anthropic(ChatRequest.Builder request) throws IOException {
    return marks(Bodies.write(ANTHROPIC, request.build(), true), "cache_control");
  }

  private static List<String> claudeAtAws(ChatRequest.Builder request) throws IOException {
    Protocol claude = bedrock("anthropic.claude-sonnet-4-5-20250929-v1:0");
    return marks(Bodies.write(claude, request.build(), true), "cachePoint");
  }

  @Test
  void nothingIsMarkedUnlessItIsWanted() throws IOException {
    assertThat(anthropic(longConversation())).isEmpty();
    assertThat(claudeAtAws(longConversation())).isEmpty();
  }

  @Test
  void instructionsAndAllButTheLastTurnAreKept() throws IOException {
    ChatRequest.Builder request = longConversation().promptCaching(PromptCaching.automatic());
    assertThat(anthropic(request)).containsExactly("/system/0", "/messages/3/content/0");
    assertThat(claudeAtAws(request)).containsExactly("/system/1", "/messages/3/content/1");
    JsonNode body = Bodies.write(ANTHROPIC, request.build(), true);
    Bodies.assertJson(body.at("/system/0/cache_control"), "{'type':'ephemeral'}");
    JsonNode atAws = Bodies.write(bedrock("anthropic.claude-opus-5"), request.build(), true);
    Bodies.assertJson(atAws.at("/system/1"), "{'cachePoint':{'type':'default'}}");
  }

  @Test
  void theToolsAreKeptWhereThereAreNoInstructions() throws IOException {
    ChatRequest.Builder request =
        ChatRequest.builder().tool(TOOL).user("Hi").promptCaching(PromptCaching.automatic());
    assertThat(anthropic(request)).containsExactly("/tools/0");
    assertThat(claudeAtAws(request)).containsExactly("/toolConfig/tools/1");
    assertThat(
            marks(
                Bodies.write(bedrock("amazon.nova-pro-v1:0"), request.build(), true), "cachePoint"))
        .as("Nova keeps no tools")
        .isEmpty();
  }

  @Test
  void ownMarksStandAfterTheirMessages() throws IOException {
    PromptCaching own = PromptCaching.afterMessages(0, 1, 2, 99);
    ChatRequest.Builder request = longConversation().promptCaching(own);
    assertThat(anthropic(request))
        .containsExactly("/system/0", "/messages/0/content/0", "/messages/2/content/0");
    assertThat(own).hasToString("PromptCaching[after [0, 1, 2, 99]]");
  }

  @ParameterizedTest
  @CsvSource({
    "amazon.nova-lite-v1:0, true",
    "anthropic.claude-3-5-haiku-20241022-v1:0, true",
    "anthropic.claude-3-5-sonnet-20240620-v1:0, false",
    "meta.llama3-1-70b-instruct-v1:0, false",
  })
  void whoIsNotKnownToKeepIsNotAskedAndThatIsSaid(String model, boolean keeps) throws IOException {
    ChatRequest request =
        ChatRequest.builder()
            .system("Be brief.")
            .user("Hi")
            .promptCaching(PromptCaching.automatic())
            .build();
    Protocol protocol = bedrock(model);
    assertThat(marks(Bodies.write(protocol, request, true), "cachePoint")).hasSize(keeps ? 1 : 0);
    assertThat(protocol.leavesOut(request)).hasSize(keeps ? 0 : 1);
    assertThat(protocol.cannotServe(request)).isEmpty();
  }

  @Test
  void whoKeepsByItselfIsToldNothing() throws IOException {
    ChatRequest with = longConversation().promptCaching(PromptCaching.automatic()).build();
    ChatRequest without = longConversation().build();
    for (Protocol protocol :
        List.of(Collected.protocol(Dialect.OPENAI), Collected.gemini("gemini-2.5-flash"))) {
      assertThat(Bodies.write(protocol, with, true))
          .isEqualTo(Bodies.write(protocol, without, true));
      assertThat(protocol.leavesOut(with)).isEqualTo(protocol.leavesOut(without));
    }
  }

  @Test
  void tooManyMarksAreRefused() {
    assertThatThrownBy(() -> PromptCaching.afterMessages(1, 2, 3, 4, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[1, 2, 3, 4, 5]");
    assertThatThrownBy(() -> PromptCaching.afterMessages(-1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(PromptCaching::afterMessages).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTemplatesCachingIsTakenOver() {
    ChatRequest template =
        ChatRequest.builder().user("x").promptCaching(PromptCaching.automatic()).build();
    assertThat(ChatRequest.builder().user("y").settingsOf(template).build().promptCaching())
        .isEqualTo(PromptCaching.automatic());
    assertThat(template.withMessages(List.of(Message.user("z"))).promptCaching())
        .isEqualTo(PromptCaching.automatic());
  }
}
