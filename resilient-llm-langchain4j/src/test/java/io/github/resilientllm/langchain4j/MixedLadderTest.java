package io.github.resilientllm.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessageDeserializer;
import dev.langchain4j.data.message.ChatMessageSerializer;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.openai.OpenAiChatModel;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.test.Trouble;
import io.github.resilientllm.test.Vendor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** LangChain4j's models and vendors of ours in one ladder. */
class MixedLadderTest {
  private final Vendor sick = Vendor.start("sick");
  private final Vendor healthy = Vendor.start("healthy").says("On Friday.");

  MixedLadderTest() {
    sick.is(Trouble.DOWN);
  }

  @AfterEach
  void close() {
    sick.close();
    healthy.close();
  }

  @Test
  @DisplayName("a vendor of ours answers for a model of LangChain4j's, tools and all")
  void ours() throws Exception {
    LangChain4jModels models = LangChain4jModels.over(mixed());
    ToolExecutionRequest call =
        ToolExecutionRequest.builder().id("c1").name("look").arguments("{\"at\":1}").build();
    ChatRequest request =
        ChatRequest.builder()
            .messages(
                UserMessage.from("When?"),
                AiMessage.from(call),
                ToolExecutionResultMessage.from(call, "soon"))
            .toolSpecifications(
                ToolSpecification.builder()
                    .name("look")
                    .parameters(JsonObjectSchema.builder().addIntegerProperty("at").build())
                    .build())
            .temperature(0.3)
            .build();
    Reply reply = new Reply();

    models.streamingChatModel().chat(request, reply);

    assertThat(models.chatModel().chat(request).aiMessage().text()).isEqualTo("On Friday.");
    assertThat(reply.await().response().aiMessage().text()).isEqualTo("On Friday.");
    assertThat(reply.shown()).isEqualTo("On Friday.");
    assertThat(healthy.requests().get(0).question().body())
        .contains("\"tool_call_id\":\"c1\"")
        .contains("\"temperature\":0.3")
        .contains("\"at\"");
  }

  @Test
  @DisplayName("what all targets can is what the model says it can")
  void capabilities() {
    OpenAiChatModel can =
        OpenAiChatModel.builder()
            .baseUrl(sick.baseUrl())
            .apiKey("none")
            .modelName("local")
            .supportedCapabilities(Capability.RESPONSE_FORMAT_JSON_SCHEMA)
            .build();
    ResilientLlm all = ResilientLlm.with(LangChain4jProvider.of(can)).build();

    assertThat(LangChain4jModels.over(all).chatModel().supportedCapabilities())
        .containsExactly(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
    assertThat(LangChain4jModels.over(mixed()).chatModel().supportedCapabilities()).isEmpty();
  }

  @Test
  @DisplayName("what a vendor of ours wants back with its answer survives LangChain4j's memory")
  void vendorData() {
    VendorData signature = new VendorData("anthropic", "line one\nline two");
    VendorData ofCall = new VendorData("gemini", "sig");
    List<io.github.resilientllm.chat.ChatRequest> asked = new ArrayList<>();
    LlmClient llm =
        request -> {
          asked.add(request);
          return io.github.resilientllm.chat.ChatResponse.builder()
              .text("I look.")
              .reasoning(List.of(new Part.Reasoning("hm\n12", signature)))
              .toolCalls(List.of(new ToolCall("c1", "look", "{}", ofCall)))
              .finishReason(FinishReason.TOOL_CALLS, "tool_use")
              .build();
        };
    LangChain4jModels models = LangChain4jModels.over(llm);
    AiMessage answer = models.chatModel().chat(UserMessage.from("Look")).aiMessage();
    AiMessage stored =
        (AiMessage)
            ChatMessageDeserializer.messageFromJson(ChatMessageSerializer.messageToJson(answer));

    models
        .chatModel()
        .chat(
            UserMessage.from("Look"),
            stored,
            ToolExecutionResultMessage.from("c1", "look", "a cat"));

    List<Part> parts = asked.get(1).messages().get(1).parts();
    assertThat(parts.get(0)).isEqualTo(new Part.Reasoning("hm\n12", signature));
    assertThat(parts.get(2)).isEqualTo(new ToolCall("c1", "look", "{}", ofCall));
  }

  private ResilientLlm mixed() {
    return Ladder.over(sick.baseUrl())
        .fallback(
            OpenAi.model("local")
                .baseUrl(healthy.baseUrl())
                .apiKey(ApiKey.of("none"))
                .allowKeyOverPlainHttp()
                .build())
        .build();
  }
}
