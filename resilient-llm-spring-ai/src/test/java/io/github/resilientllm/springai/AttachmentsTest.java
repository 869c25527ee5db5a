package io.github.resilientllm.springai;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.test.Vendor;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.content.Media;
import org.springframework.util.MimeTypeUtils;

/** Files and sounds between Spring AI's words and ours. */
class AttachmentsTest {
  private static final byte[] BYTES = "bytes".getBytes(StandardCharsets.US_ASCII);
  private static final String BASE64 = "Ynl0ZXM=";

  @Test
  void aPdfAndASoundOfAPromptGoToAVendorOfOurs() throws Exception {
    try (Vendor vendor = Vendor.start("vendor").says("Heard.")) {
      ChatModel model =
          SpringAi.chatModel(
              ResilientLlm.with(OpenAi.model("m").baseUrl(vendor.baseUrl()).build()).build());
      UserMessage asked =
          UserMessage.builder()
              .text("What?")
              .media(
                  List.of(
                      Media.builder()
                          .mimeType(MimeTypeUtils.parseMimeType("application/pdf"))
                          .data(BYTES)
                          .name("a.pdf")
                          .build(),
                      Media.builder()
                          .mimeType(MimeTypeUtils.parseMimeType("audio/mpeg"))
                          .data(BYTES)
                          .build()))
              .build();

      assertThat(model.call(new Prompt(asked)).getResult().getOutput().getText())
          .isEqualTo("Heard.");

      assertThat(vendor.requests().get(0).question().body())
          .contains("data:application/pdf;base64," + BASE64)
          .contains("a.pdf")
          .contains("\"format\":\"mp3\"");
    }
  }

  @Test
  void whatHasNoWordOfOursIsStillRefusedByName() {
    Message read =
        PromptReader.message(
            UserMessage.builder()
                .text("What?")
                .media(
                    Media.builder()
                        .mimeType(MimeTypeUtils.parseMimeType("video/mp4"))
                        .data(BYTES)
                        .build())
                .build());
    assertThat(read.parts().get(1)).isInstanceOf(Part.Image.class);
  }

  @Test
  void filesAndSoundsOfARequestBecomeMediaOfAPrompt() {
    ChatRequest request =
        ChatRequest.builder()
            .message(
                Message.user(
                    new Part.Text("What?"),
                    Part.File.of(BYTES, "text/csv", "a.csv"),
                    Part.File.of(URI.create("https://example.org/b.pdf"), "application/pdf"),
                    Part.Audio.of(BYTES, "audio/wav")))
            .build();
    Prompt prompt =
        PromptWriter.translated(
            request, org.springframework.ai.chat.prompt.ChatOptions.builder().build());
    List<Media> media = prompt.getUserMessage().getMedia();
    assertThat(media)
        .extracting(each -> each.getMimeType().toString())
        .containsExactly("text/csv", "application/pdf", "audio/wav");
    assertThat(media.get(0).getName()).isEqualTo("a.csv");
    assertThat(media.get(2).getDataAsByteArray()).isEqualTo(BYTES);
  }
}
