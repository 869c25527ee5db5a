package io.github.resilientllm.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.test.Trouble;
import io.github.resilientllm.test.Vendor;
import io.github.resilientllm.test.vendor.Seen;
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
    try (Vendor down = Vendor.start("down");
        Vendor well = Vendor.start("well").says("In Leipzig.")) {
      down.is(Trouble.DOWN);
      well.callsTool("find", "{\"number\":\"4711\"}").once();
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
      assertThat(well.requests().get(0).question().body())
          .contains("\"model\":\"claude-x\"", "\"temperature\":0.5", "Where a parcel is")
          .contains("\"max_tokens\":77")
          .doesNotContain("gpt-x");
      assertThat(well.requests()).extracting(Seen::key).containsOnly("sk-ant-hush");
      assertThat(well.requests().get(1).question().body())
          .contains("4711 is in Leipzig.", "toolu_local1");
    }
  }

  @Test
  void aModelThatACallerNamesAndNobodyKnowsIsNoFaultOfTheTarget() throws IOException {
    try (Vendor vendor = Vendor.start("vendor").says("Well.")) {
      vendor.refuses(404, "model_not_found").times(2);
      ChatClient client = client(TheirModels.openAi(vendor));
      ChatClient.ChatClientRequestSpec mistyped =
          client.prompt("q").options(OpenAiChatOptions.builder().model("gtp-x"));
      assertThatThrownBy(() -> mistyped.call().content()).isInstanceOf(LlmException.class);
      assertThatThrownBy(() -> mistyped.stream().content().blockLast())
          .isInstanceOf(LlmException.class);
      assertThat(vendor.requests().get(1).question().body()).contains("gtp-x");
      assertThat(client.prompt("q").call().content()).isEqualTo("Well.");
    }
  }

  @Test
  void aModelThatACallerNamesDoesNotKeepAFallbackFromAnswering() throws IOException {
    try (Vendor down = Vendor.start("down");
        Vendor well = Vendor.start("well").says("Well.")) {
      down.is(Trouble.DOWN);
      ChatClient client = client(TheirModels.openAi(down), TheirModels.openAi(well, "llama"));
      String answer =
          client
              .prompt("q")
              .options(OpenAiChatOptions.builder().model("gpt-z").temperature(0.5))
              .call()
              .content();
      assertThat(answer).isEqualTo("Well.");
      assertThat(well.requests().get(0).question().body())
          .contains("llama", "0.5")
          .doesNotContain("gpt");
    }
  }

  @Test
  void anOverloadedVendorIsLeftAtItsFirstEvent() throws IOException {
    try (Vendor busy = Vendor.start("busy");
        Vendor well = Vendor.start("well").says("Well.")) {
      busy.answersWithTheBody(
              "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
                  + "\"message\":\"Overloaded\"}}\n\n")
          .withHeader("Content-Type", "text/event-stream")
          .once();
      busy.refuses(529, "overloaded");
      AnthropicChatModel anthropic = anthropic(busy);
      ChatClient client = client(anthropic, TheirModels.openAi(well));
      assertThat(joined(client)).isEqualTo("Well.");
      assertThat(client.prompt("q").call().content()).isEqualTo("Well.");
      assertThat(busy.requests()).hasSize(2);
      assertThat(well.requests().get(0).question().body())
          .contains("gpt-x")
          .doesNotContain("claude-x");
    }
  }

  @Test
  void whatWentWrongIsReadFromTheSdksException() throws IOException {
    try (Vendor vendor = Vendor.start("vendor")) {
      vendor.refuses(400, "context_length_exceeded").withHeader("request-id", "req_7").once();
      vendor.refuses(529, "overloaded");
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
    try (Vendor vendor = Vendor.start("vendor").says("On its way.")) {
      vendor.answersWell().once();
      vendor.streams(3).thenEndsUnfinished();
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
    try (Vendor vendor = Vendor.start("vendor").says("x")) {
      assertThat(SpringAi.provider(anthropic(vendor)).vendor()).isEqualTo("anthropic");
      assertThat(SpringAi.provider(anthropic(vendor)).model()).isEqualTo("claude-x");
      assertThat(SpringAi.provider(TheirModels.openAi(vendor)).vendor()).isEqualTo("openai");
      assertThat(TheirModels.openAi(vendor).call(new Prompt("q"))).isNotNull();
    }
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

  private static AnthropicChatModel anthropic(Vendor vendor) {
    return AnthropicChatModel.builder()
        .options(
            AnthropicChatOptions.builder()
                .baseUrl(vendor.root())
                .apiKey("sk-ant-hush")
                .model("claude-x")
                .maxTokens(77)
                .maxRetries(0)
                .build())
        .build();
  }
}
