package io.github.resilientllm.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.message.AudioContent;
import dev.langchain4j.data.message.PdfFileContent;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.message.VideoContent;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.test.Vendor;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Files and sounds between LangChain4j's words and ours. */
class AttachmentsTest {
  private static final byte[] BYTES = "bytes".getBytes(StandardCharsets.US_ASCII);
  private static final String BASE64 = "Ynl0ZXM=";

  private final List<dev.langchain4j.model.chat.request.ChatRequest> asked = new ArrayList<>();
  private final LangChain4jProvider theirs = LangChain4jProvider.of(new Listening());

  private final class Listening implements ChatModel {
    @Override
    public ChatResponse doChat(dev.langchain4j.model.chat.request.ChatRequest request) {
      asked.add(request);
      return ChatResponse.builder()
          .aiMessage(dev.langchain4j.data.message.AiMessage.from("Heard."))
          .finishReason(FinishReason.STOP)
          .build();
    }
  }

  @Test
  @DisplayName("a PDF and a sound of ours go to a model of LangChain4j's")
  void ofOurs() {
    ChatRequest request =
        ChatRequest.builder()
            .message(
                Message.user(
                    new Part.Text("What?"),
                    Part.File.of(BYTES, "application/pdf", "a.pdf"),
                    Part.File.of(URI.create("https://example.org/b.pdf"), "application/pdf"),
                    Part.Audio.of(BYTES, "audio/mpeg")))
            .build();

    assertThat(ResilientLlm.with(theirs).build().chat(request).text()).isEqualTo("Heard.");

    assertThat(asked.get(0).messages())
        .containsExactly(
            UserMessage.from(
                TextContent.from("What?"),
                PdfFileContent.from(BASE64, "application/pdf"),
                PdfFileContent.from(URI.create("https://example.org/b.pdf")),
                AudioContent.from(BASE64, "audio/mpeg")));
  }

  @Test
  @DisplayName("what LangChain4j has no word for is refused or said to be left out")
  void withoutAWord() {
    ChatRequest table =
        ChatRequest.builder()
            .message(Message.user(Part.File.of(BYTES, "text/csv", "a.csv")))
            .build();
    ChatRequest searched =
        ChatRequest.builder()
            .user("Sun?")
            .message(
                Message.assistant(
                    List.of(
                        new Part.Text("It shines."),
                        new Part.Verbatim(new VendorData("anthropic", "[]")))))
            .user("Sure?")
            .build();

    assertThat(theirs.cannotServe(table)).contains("LangChain4j takes files as PDF");
    assertThat(theirs.cannotServe(searched)).isEmpty();
    assertThat(theirs.leavesOut(searched))
        .containsExactly("what tools of a vendor's own did, and citations");
  }

  @Test
  @DisplayName("a PDF and a sound of LangChain4j's go to a vendor of ours")
  void ofTheirs() throws Exception {
    try (Vendor vendor = Vendor.start("vendor").says("Heard.")) {
      ChatModel model = ours(vendor);

      model.chat(
          UserMessage.from(
              TextContent.from("What?"),
              PdfFileContent.from(BASE64, "application/pdf"),
              AudioContent.from(BASE64, "audio/mpeg")));

      assertThat(vendor.requests().get(0).question().body())
          .contains("data:application/pdf;base64," + BASE64)
          .contains("\"format\":\"mp3\"");
    }
  }

  @Test
  @DisplayName("what we have no word for is refused by its name")
  void ofNobody() {
    try (Vendor vendor = Vendor.start("vendor").says("Seen.")) {
      ChatModel model = ours(vendor);

      assertThatThrownBy(
              () -> model.chat(UserMessage.from(VideoContent.from("https://example.org/v.mp4"))))
          .isInstanceOf(UnsupportedFeatureException.class)
          .hasMessageContaining("contents of the type VIDEO");
      assertThatThrownBy(
              () -> model.chat(UserMessage.from(AudioContent.from("https://example.org/a.mp3"))))
          .hasMessageContaining("contents of the type AUDIO");
    }
  }

  private static ChatModel ours(Vendor vendor) {
    return LangChain4jModels.over(
            ResilientLlm.with(
                    OpenAi.model("m").apiKey(ApiKey.of("k")).baseUrl(vendor.baseUrl()).build())
                .build())
        .chatModel();
  }
}
