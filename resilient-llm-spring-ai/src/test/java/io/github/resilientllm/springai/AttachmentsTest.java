package io.github.resilientllm.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.test.Vendor;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.content.Media;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
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

  static Stream<Arguments> forSpringAisModelsOnly() {
    UserMessage plain = new UserMessage("What?");
    return Stream.of(
        only("a film of 21 MiB", asked(film(new byte[21 << 20])), options()),
        only("a film without bytes", asked(film(new byte[0])), options()),
        only("a picture that is elsewhere", asked(picture("gs://bucket/a b.png")), options()),
        only("an address with a space", asked(picture("https://a b/c.png")), options()),
        only("a tool that begins with a digit", plain, options().toolCallbacks(tool("3d_print"))),
        only("a tool with a dot", plain, options().toolCallbacks(tool("a.b"), tool("b"))),
        only("a tool of 65 characters", plain, options().toolCallbacks(tool("t".repeat(65)))),
        only("a temperature above 2", plain, options().temperature(2.5)),
        only("settings that mean none", plain, options().temperature(-1.0).topP(-1.0)),
        only("no tokens", plain, options().maxTokens(0)),
        only("an empty stop sequence", plain, options().stopSequences(List.of(""))));
  }

  private static Arguments only(
      String name, UserMessage message, ToolCallingChatOptions.Builder<?> options) {
    return Arguments.of(name, new Prompt(message, options.build()));
  }

  private static ToolCallingChatOptions.Builder<?> options() {
    return ToolCallingChatOptions.builder().model("m");
  }

  private static UserMessage asked(Media media) {
    return UserMessage.builder().text("What?").media(media).build();
  }

  private static Media film(byte[] bytes) {
    return Media.builder().mimeType(MimeTypeUtils.parseMimeType("video/mp4")).data(bytes).build();
  }

  private static Media picture(String address) {
    return Media.builder().mimeType(MimeTypeUtils.IMAGE_PNG).data(address).build();
  }

  private static ToolCallback tool(String name) {
    return FunctionToolCallback.builder(name, (String in) -> in)
        .description("Does it.")
        .inputType(String.class)
        .build();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forSpringAisModelsOnly")
  void whatOurVendorsDoNotWriteGoesToSpringAisModelsAsItIs(String name, Prompt prompt)
      throws Exception {
    try (Vendor vendor = Vendor.start("vendor")) {
      List<Prompt> prompts = new ArrayList<>();
      ChatModel theirs =
          new ChatModel() {
            @Override
            public ChatResponse call(Prompt given) {
              prompts.add(given);
              if (prompts.size() > 1) {
                throw new IllegalStateException("down");
              }
              return new ChatResponse(List.of(new Generation(new AssistantMessage("That."))));
            }

            @Override
            public ToolCallingChatOptions getOptions() {
              return options().build();
            }
          };
      ChatModel model =
          SpringAi.chatModel(
              ResilientLlm.with(SpringAi.provider(theirs))
                  .fallback(OpenAi.model("m").baseUrl(vendor.baseUrl()).build())
                  .retry(Retry.none())
                  .build(),
              ToolCallingChatOptions.builder().build());

      assertThat(model.call(prompt).getResult().getOutput().getText()).isEqualTo("That.");

      assertThat(prompts.get(0).getInstructions()).isEqualTo(prompt.getInstructions());
      assertThatThrownBy(() -> model.call(prompt)).isInstanceOf(LlmException.class);
      assertThat(vendor.requests()).isEmpty();
    }
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
