package io.github.resilientllm.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.policy.Retry;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.ai.anthropic.AnthropicChatModel;
import org.springframework.ai.anthropic.AnthropicChatOptions;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.tool.annotation.Tool;

/** Spring AI's OpenAI and Anthropic models in one ladder, each with options of its own type. */
class TwoVendorsTest {

  /** What a model may call. */
  static final class Parcels {
    @Tool(description = "Where a parcel is")
    String find(String number) {
      return number + " is in Leipzig.";
    }
  }

  @Test
  void aPromptOfTheOnesOptionsGoesToTheOther() throws IOException {
    try (LocalVendor down = LocalVendor.that(e -> e.json(503, "{}"));
        LocalVendor well =
            LocalVendor.that(
                e ->
                    e.json(
                        200,
                        message(
                            "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"find\","
                                + "\"input\":{\"number\":\"4711\"}}",
                            "tool_use")),
                e -> e.json(200, message(text("In Leipzig."), "end_turn")))) {
      OpenAiChatModel openAi = TheirModels.openAi(down);
      ChatClient client = client(openAi, anthropic(well));
      String answer =
          client
              .prompt("Where is 4711?")
              .options(OpenAiChatOptions.builder().temperature(0.5).user("me"))
              .tools(new Parcels())
              .call()
              .content();
      assertThat(answer).isEqualTo("In Leipzig.");
      assertThat(well.requests().get(0))
          .contains("\"model\":\"claude-x\"", "\"temperature\":0.5", "Where a parcel is")
          .contains("\"max_tokens\":77")
          .doesNotContain("gpt-x", "sk-hush");
      assertThat(well.requests().get(1)).contains("4711 is in Leipzig.", "toolu_1");
    }
  }

  @Test
  void anOverloadedVendorIsLeftAtItsFirstEvent() throws IOException {
    String overloaded =
        "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}";
    try (LocalVendor busy =
            LocalVendor.that(
                e -> e.sse().event("error", overloaded).endOfStream(),
                e -> e.json(529, overloaded));
        LocalVendor well = LocalVendor.says("Well.")) {
      AnthropicChatModel anthropic = anthropic(busy);
      ChatClient client = client(anthropic, TheirModels.openAi(well));
      assertThat(joined(client)).isEqualTo("Well.");
      assertThat(client.prompt("q").call().content()).isEqualTo("Well.");
      assertThat(busy.requests()).hasSize(2);
      assertThat(well.requests().get(0)).contains("gpt-x").doesNotContain("claude-x");
    }
  }

  @Test
  void whatWentWrongIsReadFromTheSdksException() throws IOException {
    try (LocalVendor vendor =
        LocalVendor.that(
            e ->
                e.json(
                    400,
                    "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\","
                        + "\"message\":\"prompt is too long: 9 tokens > 8 maximum\"}}",
                    "request-id: req_7"),
            e -> e.json(529, "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}"))) {
      ChatClient client = client(anthropic(vendor));
      LlmException failure =
          catchThrowableOfType(LlmException.class, () -> client.prompt("q").call().content());
      assertThat(failure.kind()).isEqualTo(ErrorKind.CONTEXT_TOO_LONG);
      assertThat(failure.attempts().get(0).httpStatus()).hasValue(400);
      assertThat(failure.attempts().get(0).requestId()).contains("req_7");
      assertThat(failure).hasMessageNotContaining("too long");
      failure = catchThrowableOfType(LlmException.class, () -> client.prompt("q").call().content());
      assertThat(failure.kind()).isEqualTo(ErrorKind.OVERLOADED);
    }
  }

  @Test
  void aStreamOfAnthropicsIsWholeWithItsStopReasonAndBrokenWithoutIt() throws IOException {
    try (LocalVendor vendor =
        LocalVendor.that(
            e -> begun(e).event("message_delta", DELTA).event("message_stop", STOP).endOfStream(),
            e -> begun(e).endOfStream())) {
      ChatModel theirs = anthropic(vendor);
      ChatClient client = client(theirs);
      assertThat(joined(client)).isEqualTo("On its way.");
      LlmException failure = catchThrowableOfType(LlmException.class, () -> joined(client));
      assertThat(failure.kind()).isEqualTo(ErrorKind.STREAM_TRUNCATED);
      assertThat(failure.partialText()).isEqualTo("On its way.");
    }
  }

  @Test
  void theVendorsHaveOurNames() throws IOException {
    try (LocalVendor vendor = LocalVendor.says("x")) {
      assertThat(SpringAi.provider(anthropic(vendor)).vendor()).isEqualTo("anthropic");
      assertThat(SpringAi.provider(anthropic(vendor)).model()).isEqualTo("claude-x");
      assertThat(SpringAi.provider(TheirModels.openAi(vendor)).vendor()).isEqualTo("openai");
      assertThat(TheirModels.openAi(vendor).call(new Prompt("q"))).isNotNull();
    }
  }

  private static final String DELTA =
      "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
          + "\"usage\":{\"output_tokens\":5}}";
  private static final String STOP = "{\"type\":\"message_stop\"}";

  private static LocalVendor.Exchange begun(LocalVendor.Exchange exchange) throws IOException {
    return exchange
        .sse()
        .event(
            "message_start",
            "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\","
                + "\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[],\"stop_reason\":null,"
                + "\"stop_sequence\":null,\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}")
        .event(
            "content_block_start",
            "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":" + text("") + "}")
        .event(
            "content_block_delta",
            "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\","
                + "\"text\":\"On its way.\"}}")
        .event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":0}");
  }

  private static String text(String text) {
    return "{\"type\":\"text\",\"text\":\"" + text + "\"}";
  }

  private static String message(String content, String stopReason) {
    return "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-x\","
        + "\"content\":["
        + content
        + "],\"stop_reason\":\""
        + stopReason
        + "\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":3,\"output_tokens\":5}}";
  }

  private static String joined(ChatClient client) {
    List<String> pieces = client.prompt("q").stream().content().collectList().block();
    return String.join("", pieces);
  }

  private static ChatClient client(ChatModel... models) {
    ResilientLlm.Builder llm = ResilientLlm.with(SpringAi.provider(models[0]));
    for (int i = 1; i < models.length; i++) {
      llm.fallback(SpringAi.provider(models[i]));
    }
    return ChatClient.create(
        SpringAi.chatModel(llm.retry(Retry.none()).build(), models[0].getOptions()));
  }

  private static AnthropicChatModel anthropic(LocalVendor vendor) {
    return AnthropicChatModel.builder()
        .options(
            AnthropicChatOptions.builder()
                .baseUrl(vendor.url().replace("/v1", ""))
                .apiKey("sk-ant-hush")
                .model("claude-x")
                .maxTokens(77)
                .maxRetries(0)
                .build())
        .build();
  }
}
