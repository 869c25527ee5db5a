package io.github.resilientllm.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.test.Vendor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.core.publisher.Flux;

/** Models and advisors that do what nobody expects. */
class HostileTest {

  /** A model by hand, of which only the answer is written. */
  interface Scripted extends ChatModel {
    Flux<ChatResponse> answer();

    @Override
    default ChatResponse call(Prompt prompt) {
      return answer().blockLast();
    }

    @Override
    default Flux<ChatResponse> stream(Prompt prompt) {
      return answer();
    }

    @Override
    default ChatOptions getOptions() {
      return null;
    }
  }

  static Stream<Arguments> models() {
    return Stream.of(
        row(
            "a checked exception that nobody declared",
            () -> HostileTest.<RuntimeException>sneak(new IOException("x"))),
        row(
            "an error of the JVM",
            () -> HostileTest.<RuntimeException>sneak(new NoClassDefFoundError("gone/Class"))),
        row("no flux at all", () -> null),
        row("an empty flux", Flux::empty),
        row("a response without results", () -> Flux.just(new ChatResponse(List.of()))),
        row("an exception that causes itself", () -> Flux.error(new Ring())),
        row("an exception whose methods throw", () -> Flux.error(new Spiteful())),
        row("an end without a finish reason", () -> Flux.just(chunk("", null))));
  }

  private static Arguments row(String name, Scripted model) {
    return Arguments.of(name, model);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void whateverAModelDoesTheNextOneAnswers(String name, Scripted hostile) throws IOException {
    try (Vendor well = Vendor.start("well").says("Well.")) {
      ChatClient client =
          ChatClient.create(
              SpringAi.chatModel(
                  ResilientLlm.with(SpringAi.provider(hostile))
                      .fallback(SpringAi.provider(TheirModels.openAi(well)))
                      .retry(Retry.none())
                      .build()));
      assertThat(client.prompt("q").stream().content().collectList().block())
          .containsExactly("Well.");
      if (!name.startsWith("an end without")) { // which a whole answer may have
        assertThat(client.prompt("q").call().content()).isEqualTo("Well.");
      }
    }
  }

  @Test
  void aModelThatNeverAnswersHoldsNobodyUp() {
    Scripted silent = Flux::never;
    ChatClient client =
        ChatClient.create(
            SpringAi.chatModel(
                ResilientLlm.with(SpringAi.provider(silent))
                    .timeouts(Timeouts.deadline(Duration.ofMillis(200)))
                    .build()));
    assertThatThrownBy(() -> client.prompt("q").call().content()).isInstanceOf(LlmException.class);
    assertThatThrownBy(() -> client.prompt("q").stream().content().blockLast())
        .isInstanceOf(LlmException.class);
  }

  @Test
  void whoThrowsWhileHeReadsEndsTheConnection() throws Exception {
    try (Vendor vendor = endless()) {
      ChatClient client =
          ChatClient.create(
              SpringAi.chatModel(
                  ResilientLlm.with(SpringAi.provider(TheirModels.openAi(vendor))).build()));
      assertThatThrownBy(
              () ->
                  client.prompt("q").stream()
                      .content()
                      .doOnNext(
                          piece -> {
                            throw new IllegalStateException("a reader's own");
                          })
                      .blockLast())
          .hasMessage("a reader's own");
      assertThat(vendor.awaitClientLeft(Duration.ofSeconds(10))).isTrue();
    }
  }

  private static Vendor endless() {
    return Vendor.start("endless").says("and ".repeat(10_000)).sayingEvery(Duration.ofMillis(20));
  }

  private static ChatResponse chunk(String text, String reason) {
    return new ChatResponse(
        List.of(
            new Generation(
                new AssistantMessage(text),
                ChatGenerationMetadata.builder().finishReason(reason).build())));
  }

  /** An exception whose cause is itself, by way of another. */
  private static final class Ring extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public synchronized Throwable getCause() {
      return new RuntimeException(this);
    }
  }

  /** An exception that throws when it is asked. */
  @SuppressWarnings("DoNotCallSuggester") // it is asked by name
  public static final class Spiteful extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public int statusCode() {
      throw new IllegalStateException("not now");
    }

    public Object headers() {
      throw new IllegalStateException("not now");
    }
  }

  @SuppressWarnings("unchecked") // which is the point
  private static <T extends Throwable> Flux<ChatResponse> sneak(Throwable thrown) throws T {
    throw (T) thrown;
  }
}
