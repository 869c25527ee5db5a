package io.github.resilientllm.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import dev.langchain4j.model.output.FinishReason;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What goes into one of LangChain4j's models and comes out of it, as the same objects. */
class NativeTest {
  private static final PartialResponse ONE = new PartialResponse("one ");
  private static final PartialResponse TWO = new PartialResponse("two");
  private static final Object EARLY = "a vendor's first event";
  private static final Object LATE = "a vendor's last event";
  private static final CompleteToolCall CALL =
      new CompleteToolCall(
          0, ToolExecutionRequest.builder().id("1").name("look").arguments("{}").build());
  private static final ChatResponse RESPONSE =
      ChatResponse.builder()
          .aiMessage(AiMessage.from("one two"))
          .finishReason(FinishReason.STOP)
          .build();
  private static final ChatRequest REQUEST =
      ChatRequest.builder().messages(UserMessage.from("Count")).topK(7).modelName("mine").build();
  private static final ChatRequestOptions OPTIONS =
      ChatRequestOptions.builder().listenerAttributes(java.util.Map.of("trace", 1)).build();

  private final List<Object> asked = new ArrayList<>();

  @Test
  @DisplayName("a stream's pieces are the model's own, in their order, and so is its response")
  void pieces() throws Exception {
    Reply reply = new Reply();

    over(NativeTest::tell).streamingChatModel().chat(REQUEST, OPTIONS, reply);

    assertThat(reply.await().pieces)
        .usingElementComparator(NativeTest::same)
        .containsExactly(EARLY, ONE, TWO, CALL, LATE);
    assertThat(reply.ends).singleElement().isSameAs(RESPONSE);
    assertThat(asked).hasSize(2);
    assertThat(asked.get(0)).isSameAs(REQUEST);
    assertThat(asked.get(1)).isSameAs(OPTIONS);
  }

  @Test
  @DisplayName("a whole answer is the model's own")
  void whole() {
    LangChain4jModels models =
        LangChain4jModels.over(
            ResilientLlm.with(LangChain4jProvider.of(answering(RESPONSE))).build());

    assertThat(models.chatModel().chat(REQUEST, OPTIONS)).isSameAs(RESPONSE);
    assertThat(asked.get(0)).isSameAs(REQUEST);
    assertThat(asked.get(1)).isSameAs(OPTIONS);
  }

  @Test
  @DisplayName("no value is wrong for the engine where all targets are LangChain4j's")
  void oddValues() {
    ChatRequest odd =
        ChatRequest.builder()
            .messages(UserMessage.from("Count"))
            .temperature(3.0)
            .topP(2.0)
            .maxOutputTokens(0)
            .stopSequences(List.of(""))
            .toolSpecifications(ToolSpecification.builder().name("3d. print").build())
            .build();

    over(NativeTest::tell).chatModel().chat(odd);

    assertThat(asked.get(0)).isSameAs(odd);
  }

  @Test
  @DisplayName("a whole answer that was raced as a stream is the model's own as well")
  void hedged() {
    ResilientLlm llm =
        ResilientLlm.with(LangChain4jProvider.of(answering(RESPONSE), streaming(NativeTest::tell)))
            .hedge(Hedge.extraLoad(0.1))
            .build();

    assertThat(LangChain4jModels.over(llm).chatModel().chat(REQUEST)).isSameAs(RESPONSE);
  }

  @Test
  @DisplayName("the first end counts")
  void firstEnd() throws Exception {
    Reply reply = new Reply();

    over(handler -> {
          handler.onError(new java.io.IOException("cut"));
          handler.onCompleteResponse(RESPONSE);
        })
        .streamingChatModel()
        .chat("Count", reply);

    assertThat(reply.await().error()).hasCauseInstanceOf(LlmException.class);
    assertThat(reply.ends).hasSize(1);
  }

  @Test
  @DisplayName("an end without finish reason is a cut, unless the model never gives one")
  void finishReason() throws Exception {
    ChatResponse open = ChatResponse.builder().aiMessage(AiMessage.from("one two")).build();
    StreamingChatModel model =
        streaming(
            handler -> {
              handler.onPartialResponse("one two");
              handler.onCompleteResponse(open);
            });
    Reply cut = new Reply();
    Reply whole = new Reply();

    LangChain4jModels.over(
            ResilientLlm.with(LangChain4jProvider.of(model)).retry(Retry.none()).build())
        .streamingChatModel()
        .chat("Count", cut);
    LangChain4jModels.over(
            ResilientLlm.with(LangChain4jProvider.of(model).withoutFinishReasons()).build())
        .streamingChatModel()
        .chat("Count", whole);

    assertThat(cut.await().error()).hasMessageContaining("STREAM_TRUNCATED");
    assertThat(whole.await().response()).isSameAs(open);
  }

  @Test
  @DisplayName("a model that pushes all of its answer on the caller's thread blocks nobody")
  void pushedAtOnce() throws Exception {
    Reply reply = new Reply();
    int many = 3_000;

    over(handler -> {
          for (int i = 0; i < many; i++) {
            handler.onPartialResponse(ONE, context());
          }
          handler.onCompleteResponse(RESPONSE);
        })
        .streamingChatModel()
        .chat("Count", reply);

    assertThat(reply.await().pieces).hasSize(many);
  }

  @Test
  @DisplayName("a model that streams answers a whole question, and one that does not a stream")
  void otherForm() throws Exception {
    Reply reply = new Reply();

    String text = over(NativeTest::tell).chatModel().chat("Count");
    LangChain4jModels.over(ResilientLlm.with(LangChain4jProvider.of(answering(RESPONSE))).build())
        .streamingChatModel()
        .chat("Count", reply);

    assertThat(text).isEqualTo("one two");
    assertThat(reply.await().shown()).isEqualTo("one two");
    assertThat(reply.response()).isSameAs(RESPONSE);
  }

  @Test
  @DisplayName("a fallback that keeps to its own model is not asked for the first one's")
  void ownModel() {
    ResilientLlm llm =
        ResilientLlm.with(LangChain4jProvider.of(answering(RESPONSE)).withOwnModelOnly()).build();

    LangChain4jModels.over(llm).chatModel().chat(REQUEST);

    assertThat(((ChatRequest) asked.get(0)).modelName()).isEqualTo("own");
    assertThat(((ChatRequest) asked.get(0)).topK()).isEqualTo(7);
    assertThatThrownBy(() -> LangChain4jProvider.of(streaming(NativeTest::tell)).withOwnModelOnly())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("modelName");
  }

  @Test
  @DisplayName("a caller of the client itself is translated")
  void translated() {
    ResilientLlm llm = ResilientLlm.with(LangChain4jProvider.of(answering(RESPONSE))).build();

    String text =
        llm.chat(
                io.github.resilientllm.chat.ChatRequest.builder()
                    .system("Short.")
                    .user("Count")
                    .temperature(0.5)
                    .timeout(Duration.ofSeconds(9))
                    .tool(
                        io.github.resilientllm.chat.Tool.of(
                            "look",
                            "Looks",
                            "{\"type\":\"object\",\"properties\":{\"at\":{\"type\":\"string\"}},"
                                + "\"required\":[\"at\"]}"))
                    .build())
            .text();

    ChatRequest request = (ChatRequest) asked.get(0);
    assertThat(text).isEqualTo("one two");
    assertThat(request.messages()).hasSize(2);
    assertThat(request.temperature()).isEqualTo(0.5);
    assertThat(request.toolSpecifications().get(0).parameters().required()).containsExactly("at");
  }

  private static void tell(StreamingChatResponseHandler handler) {
    handler.onUnmappedRawEvent(EARLY);
    handler.onPartialResponse(ONE, context());
    handler.onPartialResponse(TWO, context());
    handler.onCompleteToolCall(CALL);
    handler.onUnmappedRawEvent(LATE);
    handler.onCompleteResponse(RESPONSE);
  }

  private static PartialResponseContext context() {
    return new PartialResponseContext(
        new StreamingHandle() {
          @Override
          public void cancel() {}

          @Override
          public boolean isCancelled() {
            return false;
          }
        });
  }

  private static int same(Object one, Object other) {
    return one == other ? 0 : 1;
  }

  private LangChain4jModels over(Consumer<StreamingChatResponseHandler> script) {
    return LangChain4jModels.over(
        ResilientLlm.with(LangChain4jProvider.of(streaming(script))).retry(Retry.none()).build());
  }

  private StreamingChatModel streaming(Consumer<StreamingChatResponseHandler> script) {
    return new StreamingChatModel() {
      @Override
      public void chat(
          ChatRequest request, ChatRequestOptions options, StreamingChatResponseHandler handler) {
        asked.add(request);
        asked.add(options);
        script.accept(handler);
      }
    };
  }

  private ChatModel answering(ChatResponse response) {
    return new ChatModel() {
      @Override
      public ChatResponse chat(ChatRequest request, ChatRequestOptions options) {
        asked.add(request);
        asked.add(options);
        return response;
      }

      @Override
      public dev.langchain4j.model.chat.request.ChatRequestParameters defaultRequestParameters() {
        return dev.langchain4j.model.chat.request.ChatRequestParameters.builder()
            .modelName("own")
            .build();
      }
    };
  }
}
