package io.github.resilientllm.springai;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.Role;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.test.Trouble;
import io.github.resilientllm.test.Vendor;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.tool.annotation.Tool;

/** Vendors of ours below {@code ChatClient}, alone and behind Spring AI's models. */
class OurVendorsTest {

  /** What a model may call. */
  static final class Parcels {
    private String asked = "";

    @Tool(description = "Where a parcel is")
    String find(String number) {
      asked = number;
      return "In Leipzig.";
    }
  }

  /** A record to be answered with. */
  record Place(String city) {}

  @Test
  void ourClientIsAChatModel() throws IOException {
    try (Vendor vendor = Vendor.start("vendor").says("Here.")) {
      ChatModel model = SpringAi.chatModel(ResilientLlm.with(ours(vendor)).build());
      ChatResponse response = ChatClient.create(model).prompt("Where?").call().chatResponse();
      assertThat(response.getResult().getOutput().getText()).isEqualTo("Here.");
      assertThat(response.getResult().getMetadata().getFinishReason()).isEqualTo("STOP");
      assertThat(response.getMetadata().getUsage().getTotalTokens()).isEqualTo(2);
      assertThat(response.getMetadata().getModel()).isEqualTo("m");
      List<ChatResponse> chunks =
          ChatClient.create(model).prompt("Where?").stream().chatResponse().collectList().block();
      assertThat(chunks).hasSize(2);
      assertThat(chunks.get(0).getResult().getOutput().getText()).isEqualTo("Here.");
      assertThat(chunks.get(1).getResult().getMetadata().getFinishReason()).isEqualTo("STOP");
    }
  }

  @Test
  void oursStandsBehindTheirsAndTakesThePromptWithItsTools() throws IOException {
    try (Vendor down = Vendor.start("down");
        Vendor well = Vendor.start("well").says("In Leipzig.")) {
      down.is(Trouble.DOWN);
      well.callsTool("find", "{\"number\":\"4711\"}").once();
      var theirs = TheirModels.openAi(down);
      ResilientLlm llm =
          ResilientLlm.with(SpringAi.provider(theirs))
              .fallback(ours(well))
              .retry(Retry.none())
              .build();
      ChatModel model = SpringAi.chatModel(llm, theirs.getOptions());
      Parcels tools = new Parcels();
      assertThat(ChatClient.create(model).prompt("Where is 4711?").tools(tools).call().content())
          .isEqualTo("In Leipzig.");
      assertThat(tools.asked).isEqualTo("4711");
      assertThat(well.requests().get(0).question().body()).contains("Where a parcel is");
      assertThat(well.requests().get(1).question().body())
          .contains("\"tool_call_id\":\"call_local1\"");
    }
  }

  @Test
  void toolsWorkInAStream() throws IOException {
    try (Vendor well = Vendor.start("well").says("In Leipzig.")) {
      well.streams(0)
          .thenSends(
              call(
                  "{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":"
                      + "{\"name\":\"find\",\"arguments\":\"{\\\"number\\\":\"}}",
                  "null"))
          .thenSends(
              call(
                  "{\"index\":0,\"function\":{\"arguments\":\"\\\"4711\\\"}\"}}", "\"tool_calls\""))
          .thenSends("data: [DONE]\n\n")
          .thenEndsUnfinished()
          .once();
      for (LlmProvider provider : List.of(ours(well))) {
        ChatModel model = SpringAi.chatModel(ResilientLlm.with(provider).build());
        Parcels tools = new Parcels();
        List<String> pieces =
            ChatClient.create(model).prompt("Where is 4711?").tools(tools).stream()
                .content()
                .collectList()
                .block();
        assertThat(String.join("", pieces)).isEqualTo("In Leipzig.");
        assertThat(tools.asked).isEqualTo("4711");
      }
    }
  }

  @Test
  void structuredAnswersAreRead() throws IOException {
    try (Vendor vendor = Vendor.start("vendor").says("{\"city\":\"Leipzig\"}")) {
      ChatModel model = SpringAi.chatModel(ResilientLlm.with(ours(vendor)).build());
      assertThat(ChatClient.create(model).prompt("Where?").call().entity(Place.class))
          .isEqualTo(new Place("Leipzig"));
    }
  }

  @Test
  void aRequestOfOursIsAskedOfTheirModel() throws IOException {
    try (Vendor vendor = Vendor.start("vendor").says("On its way.")) {
      ResilientLlm llm = ResilientLlm.with(SpringAi.provider(TheirModels.openAi(vendor))).build();
      ChatRequest request =
          ChatRequest.builder().system("Be brief.").user("Where?").temperature(0.5).build();
      assertThat(llm.chat(request).text()).isEqualTo("On its way.");
      assertThat(vendor.requests().get(0).question().body())
          .contains("Be brief.", "\"temperature\":0.5");
      assertThat(llm.stream(request).response().text()).isEqualTo("On its way.");
      ChatRequest seeded = request.toBuilder().seed(7).build();
      assertThat(llm.check(seeded).toString()).contains("seed");
    }
  }

  @Test
  void whatAVendorWantsBackGoesThroughSpringAisMessages() {
    Message said =
        Message.assistant(
            List.of(
                new Part.Reasoning("Hm.", new VendorData("anthropic", "signature")),
                new io.github.resilientllm.chat.ToolCall(
                    "1", "find", "{}", new VendorData("gemini", "thought"))));
    AssistantMessage theirs = Seals.sealed(said).build();
    assertThat(PromptReader.message(theirs)).isEqualTo(said);
    assertThat(Messages.read(Messages.write(theirs))).isEqualTo(theirs);
    assertThat(PromptReader.request(new Prompt("q"), theirOptions()).build().messages())
        .extracting(Message::role)
        .containsExactly(Role.USER);
  }

  private static org.springframework.ai.chat.prompt.ChatOptions theirOptions() {
    return org.springframework.ai.chat.prompt.ChatOptions.builder().build();
  }

  private static String call(String piece, String finish) {
    return "data: {\"id\":\"c1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":["
        + piece
        + "]},\"finish_reason\":"
        + finish
        + "}]}\n\n";
  }

  private static LlmProvider ours(Vendor vendor) {
    return OpenAi.model("m").baseUrl(vendor.baseUrl()).build();
  }
}
