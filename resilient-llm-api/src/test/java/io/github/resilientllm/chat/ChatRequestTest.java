package io.github.resilientllm.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What a request can hold, and what it refuses. */
class ChatRequestTest {

  @Test
  void aRequestCarriesWhatIsPutIntoIt() {
    ChatRequest request =
        ChatRequest.builder()
            .system("Be brief.")
            .user(new Part.Text("What is this?"), Part.Image.of(new byte[] {1}, "image/png"))
            .message(Message.assistant(List.of(new ToolCall("1", "look", "{}"))))
            .message(Message.tool(ToolResult.of("1", "a cat")))
            .tool(Tool.of("look", "Looks.", "{\"type\":\"object\"}").enforced())
            .toolChoice(ToolChoice.tool("look"))
            .parallelToolCalls(false)
            .responseFormat(ResponseFormat.jsonSchema("answer", "{\"type\":\"object\"}"))
            .temperature(0.5)
            .topP(0.9)
            .maxOutputTokens(100)
            .stop("END")
            .seed(7)
            .reasoningEffort(ReasoningEffort.LOW)
            .metadata("ticket", "4711")
            .vendorOption("openai", "logit_bias", Map.of("50256", -100))
            .build();
    assertThat(request.toBuilder().build()).usingRecursiveComparison().isEqualTo(request);
    assertThat(request.messages()).hasSize(4);
    assertThat(request.messages().get(2).toolCalls()).hasSize(1);
    assertThat(request.tools().get(0).strict()).isTrue();
    assertThat(request.toolChoice()).contains(ToolChoice.tool("look"));
    assertThat(request.parallelToolCalls()).contains(false);
    assertThat(request.temperature()).hasValue(0.5);
    assertThat(request.topP()).hasValue(0.9);
    assertThat(request.maxOutputTokens()).hasValue(100);
    assertThat(request.stop()).containsExactly("END");
    assertThat(request.seed()).hasValue(7);
    assertThat(request.reasoningEffort()).contains(ReasoningEffort.LOW);
    assertThat(request.metadata()).containsEntry("ticket", "4711");
    assertThat(request.vendorOptions("openai")).containsKey("logit_bias");
    assertThat(request.vendorOptions("anthropic")).isEmpty();
  }

  @Test
  void aNativeRequestBelongsToTheMessagesThatItHolds() {
    Object asked = new Object();
    ChatRequest request = ChatRequest.builder().user("q").nativeRequest(asked).build();
    assertThat(request.nativeRequest()).containsSame(asked);
    assertThat(request.toBuilder().temperature(0.5).build().nativeRequest()).containsSame(asked);
    assertThat(request.withMessages(List.of(Message.user("other"))).nativeRequest()).isEmpty();
    assertThat(ChatRequest.builder().user("other").settingsOf(request).build().nativeRequest())
        .isEmpty();
    assertThat(ChatRequest.of("q").nativeRequest()).isEmpty();
    assertThat(request).hasToString("ChatRequest[1 messages, 0 tools]");
  }

  @Test
  void settingsAreTakenOverFromATemplateWhereItHasThem() {
    ChatRequest template =
        ChatRequest.builder()
            .user("not taken over")
            .tool(Tool.of("look", "Looks.", "{\"type\":\"object\"}"))
            .temperature(0.5)
            .vendorOption("openai", "logit_bias", Map.of("50256", -100))
            .bestEffort()
            .build();
    ChatRequest request =
        ChatRequest.builder()
            .user("q")
            .seed(7)
            .temperature(1)
            .responseFormat(ResponseFormat.jsonSchema("answer", "{\"type\":\"object\"}"))
            .settingsOf(template)
            .build();
    assertThat(request.messages()).containsExactly(Message.user("q"));
    assertThat(request.tools()).isEqualTo(template.tools());
    assertThat(request.temperature()).hasValue(0.5);
    assertThat(request.seed()).hasValue(7);
    assertThat(request.responseFormat()).isNotEqualTo(ResponseFormat.text());
    assertThat(request.vendorOptions("openai")).containsKey("logit_bias");
    assertThat(request.bestEffort()).isTrue();
  }

  @Test
  void whatIsNotSetIsAbsentAndNotZero() {
    ChatRequest request = ChatRequest.of("q");
    assertThat(request.temperature()).isEmpty();
    assertThat(request.maxOutputTokens()).isEmpty();
    assertThat(request.seed()).isEmpty();
    assertThat(request.toolChoice()).isEmpty();
    assertThat(Usage.unknown().inputTokens()).isEmpty();
    assertThat(Usage.of(0, 0).inputTokens()).hasValue(0);
    assertThat(Usage.of(1, 2).cachedInputTokens()).isEmpty();
  }

  @Test
  void contradictionsAndValuesOutOfRangeAreRefusedByName() {
    refused(() -> ChatRequest.builder().build(), "at least one message");
    refused(() -> ChatRequest.builder().user("q").temperature(2.1).build(), "temperature", "2.1");
    refused(
        () -> ChatRequest.builder().user("q").temperature(Double.NaN).build(),
        "temperature",
        "NaN");
    refused(() -> ChatRequest.builder().user("q").topP(-0.1).build(), "topP", "-0.1");
    refused(
        () -> ChatRequest.builder().user("q").maxOutputTokens(0).build(), "maxOutputTokens", "0");
    refused(() -> ChatRequest.builder().user("q").stop("").build(), "stop");
    refused(
        () -> ChatRequest.builder().user("q").toolChoice(ToolChoice.required()).build(),
        "REQUIRED",
        "needs tools");
    Tool tool = Tool.of("look", "", "{}");
    refused(() -> ChatRequest.builder().user("q").tool(tool).tool(tool).build(), "\"look\"");
    refused(
        () ->
            ChatRequest.builder().user("q").tool(tool).toolChoice(ToolChoice.tool("leap")).build(),
        "leap",
        "look");
    refused(() -> Tool.of("no spaces", "", "{}"), "no spaces");
    refused(() -> Tool.of("1st", "", "{}"), "1st");
    refused(() -> Tool.of("", "", "{}"), "1 to 64");
    refused(() -> Tool.of("look", "", "string"), "JSON Schema");
    refused(() -> ResponseFormat.jsonSchema("", "{}"), "1 to 64");
    refused(() -> Part.Image.of(new byte[0], "image/png"), "1 to");
    refused(() -> Part.Image.of(new byte[1], "text/plain"), "text/plain");
    refused(() -> Part.Image.of(URI.create("file:///etc/passwd")), "file");
    refused(() -> new Message(Role.USER, List.of()), "at least one part");
    refused(
        () -> new Message(Role.USER, List.of(new ToolCall("1", "look", "{}"))), "USER", "ToolCall");
    refused(() -> new ToolResult("1", List.of(new ToolCall("1", "look", "{}")), false), "ToolCall");
    refused(
        () -> ChatRequest.builder().vendorOption("openai", "user", new Object()),
        "user",
        "java.lang.Object");
  }

  @Test
  void nullIsRefusedAtOnce() {
    assertThatNullPointerException().isThrownBy(() -> ChatRequest.of((String) null));
    assertThatNullPointerException().isThrownBy(() -> Message.user((String) null));
    assertThatNullPointerException().isThrownBy(() -> ChatRequest.builder().tool(null));
  }

  @Test
  void tagsAreTheApplicationsOwnAndBounded() {
    ChatRequest.Builder tagged = ChatRequest.builder().user("q").tag("tenant", "acme");
    assertThat(tagged.build().tags()).isEqualTo(Map.of("tenant", "acme"));
    assertThat(tagged.tag("tenant", "other").build().toBuilder().build().tags())
        .isEqualTo(Map.of("tenant", "other"));
    assertThat(tagged.build().toString()).doesNotContain("other");
    refused(
        () -> ChatRequest.builder().user("q").tag("a b", "x").build(), "letters", "not \"a b\"");
    refused(
        () -> ChatRequest.builder().user("q").tag("n", "x".repeat(257)).build(),
        "\"n\"",
        "at most 256",
        "not 257");
    ChatRequest.Builder many = ChatRequest.builder().user("q");
    for (int i = 0; i < 16; i++) {
      many.tag("n" + i, "x".repeat(256));
    }
    assertThat(many.build().tags()).hasSize(16);
    refused(() -> many.tag("n16", "x").build(), "at most 16 tags", "not 17");
  }

  @Test
  void noContentIsInAnyToString() {
    ChatRequest request =
        ChatRequest.builder()
            .system("secret")
            .user(new Part.Text("secret"), Part.Image.of(URI.create("https://secret/")))
            .message(
                Message.assistant(
                    List.of(
                        new Part.Reasoning("secret", new VendorData("v", "secret")),
                        new ToolCall("1", "look", "secret"))))
            .message(Message.tool(ToolResult.of("1", "secret")))
            .build();
    assertThat(request.toString() + request.messages()).doesNotContain("secret");
    ChatResponse response =
        ChatResponse.builder()
            .text("secret")
            .toolCalls(List.of(new ToolCall("1", "look", "secret")))
            .build();
    assertThat(response.toString() + response.message()).doesNotContain("secret");
    assertThat(
            List.of(
                    new ChatEvent.TextDelta("secret"),
                    new ChatEvent.ReasoningDelta("secret"),
                    new ChatEvent.ToolCallDelta(0, "1", "look", "secret"),
                    new ChatEvent.Finished(response))
                .toString())
        .doesNotContain("secret");
  }

  private static void refused(ThrowingCallable code, String... said) {
    assertThatIllegalArgumentException()
        .isThrownBy(code)
        .satisfies(e -> assertThat(e.getMessage()).contains(said));
  }
}
