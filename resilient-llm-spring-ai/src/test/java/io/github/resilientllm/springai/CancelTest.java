package io.github.resilientllm.springai;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.springai.LocalVendor.Script;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.ai.anthropic.AnthropicChatModel;
import org.springframework.ai.anthropic.AnthropicChatOptions;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import reactor.core.Disposable;

/** Who gives up ends the exchange with a vendor that is silent. */
class CancelTest {

  /** A model of Spring AI's that asks a vendor. */
  interface Model extends BiFunction<LocalVendor, WatchedHttp, ChatModel> {}

  static Stream<Arguments> silences() {
    Model openAi = CancelTest::openAi;
    Model anthropic = CancelTest::anthropic;
    return Stream.of(
        Arguments.of("OpenAI, nothing", openAi, script(LocalVendor.Exchange::hang)),
        Arguments.of("OpenAI, headers only", openAi, script(e -> e.sse().hang())),
        Arguments.of("OpenAI, a piece", openAi, script(e -> e.sse().text("A").hang())),
        Arguments.of("Anthropic, nothing", anthropic, script(LocalVendor.Exchange::hang)),
        Arguments.of("Anthropic, headers only", anthropic, script(e -> e.sse().hang())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("silences")
  void aFluxThatIsCancelledEndsItsConnection(String name, Model model, Script script)
      throws Exception {
    try (LocalVendor vendor = LocalVendor.that(script)) {
      Disposable reading =
          client(model, vendor, Duration.ofSeconds(60)).prompt("Where is it?").stream()
              .content()
              .subscribe();
      awaitRequest(vendor);

      long begun = System.nanoTime();
      reading.dispose();

      assertThat(vendor.awaitClientGone()).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - begun))
          .as("100 ms are promised; a busy machine is given more")
          .isLessThan(Duration.ofSeconds(2));
      assertThat(vendor.requests().get(0)).doesNotContainIgnoringCase("resilient");
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("silences")
  void aCallThatIsOutOfTimeEndsItsConnection(String name, Model model, Script script)
      throws Exception {
    try (LocalVendor vendor = LocalVendor.that(script)) {
      ChatClient client = client(model, vendor, Duration.ofMillis(400));

      org.assertj.core.api.Assertions.assertThatThrownBy(
              () -> client.prompt("Where is it?").call().content())
          .isInstanceOf(LlmException.class);

      assertThat(vendor.requests()).hasSizeLessThanOrEqualTo(1); // a slow machine may send none
      assertThat(vendor.requests().isEmpty() || vendor.awaitClientGone()).isTrue();
    }
  }

  private static void awaitRequest(LocalVendor vendor) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (vendor.requests().isEmpty() && System.nanoTime() < until) {
      Thread.onSpinWait();
    }
  }

  private static ChatClient client(Model model, LocalVendor vendor, Duration deadline) {
    WatchedHttp http = new WatchedHttp();
    ChatModel theirs = model.apply(vendor, http);
    ResilientLlm llm =
        ResilientLlm.with(SpringAi.provider(theirs, http))
            .retry(Retry.none())
            .timeouts(Timeouts.deadline(deadline))
            .build();
    return ChatClient.create(SpringAi.chatModel(llm, theirs.getOptions()));
  }

  private static ChatModel openAi(LocalVendor vendor, WatchedHttp http) {
    return OpenAiChatModel.builder()
        .httpClientBuilderCustomizer(client -> client.interceptor(http))
        .options(
            OpenAiChatOptions.builder()
                .baseUrl(vendor.url())
                .apiKey("k")
                .model("m")
                .maxRetries(0)
                .build())
        .build();
  }

  private static ChatModel anthropic(LocalVendor vendor, WatchedHttp http) {
    return AnthropicChatModel.builder()
        .httpClientBuilderCustomizer(client -> client.interceptor(http))
        .options(
            AnthropicChatOptions.builder()
                .baseUrl(vendor.url().replace("/v1", ""))
                .apiKey("k")
                .model("m")
                .maxTokens(77)
                .maxRetries(0)
                .build())
        .build();
  }

  private static Script script(Script script) {
    return script;
  }
}
