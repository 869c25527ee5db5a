package io.github.resilientllm.springai;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.test.Trouble;
import io.github.resilientllm.test.Vendor;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.ai.anthropic.AnthropicChatModel;
import org.springframework.ai.anthropic.AnthropicChatOptions;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import reactor.core.Disposable;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Sinks;

/** Who gives up ends the exchange with a vendor that is silent. */
class CancelTest {
  private static final Duration PROMISED = Duration.ofMillis(100);

  /** A model of Spring AI's that asks a vendor. */
  interface Model extends BiFunction<Vendor, WatchedHttp, ChatModel> {}

  /** What a vendor says before it is silent. */
  interface Silence extends Consumer<Vendor> {}

  static Stream<Arguments> silences() {
    Model openAi = CancelTest::openAi;
    Model anthropic = CancelTest::anthropic;
    Silence nothing = vendor -> vendor.is(Trouble.SILENT);
    Silence headers = vendor -> vendor.streams(0).thenIsSilent();
    Silence piece = vendor -> vendor.streams(1).thenIsSilent();
    return Stream.of(
        Arguments.of("OpenAI, nothing", openAi, nothing),
        Arguments.of("OpenAI, headers only", openAi, headers),
        Arguments.of("OpenAI, a piece", openAi, piece),
        Arguments.of("Anthropic, nothing", anthropic, nothing),
        Arguments.of("Anthropic, headers only", anthropic, headers));
  }

  /** The quickest of a few is judged: the machine may be busy. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("silences")
  void aFluxThatIsCancelledEndsItsConnectionWithinAHundredMillis(
      String name, Model model, Silence silence) throws Exception {
    Duration quickest = untilItLeft(model, silence);
    for (int more = 0; more < 9 && quickest.compareTo(PROMISED) > 0; more++) {
      Duration next = untilItLeft(model, silence);
      quickest = next.compareTo(quickest) < 0 ? next : quickest;
    }
    assertThat(quickest).isLessThanOrEqualTo(PROMISED);
  }

  private static Duration untilItLeft(Model model, Silence silence) throws Exception {
    try (Vendor vendor = Vendor.start("vendor")) {
      silence.accept(vendor);
      Disposable reading =
          client(model, vendor, Duration.ofSeconds(60)).prompt("Where is it?").stream()
              .content()
              .subscribe();
      awaitRequest(vendor);

      long begun = System.nanoTime();
      reading.dispose();

      assertThat(vendor.awaitClientLeft(Duration.ofSeconds(10))).isTrue();
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      assertThat(vendor.requests().get(0).headers().toString())
          .containsIgnoringCase("user-agent")
          .doesNotContainIgnoringCase("resilient");
      return took;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("silences")
  void aCallThatIsOutOfTimeEndsItsConnection(String name, Model model, Silence silence)
      throws Exception {
    try (Vendor vendor = Vendor.start("vendor")) {
      silence.accept(vendor);
      ChatClient client = client(model, vendor, Duration.ofMillis(400));

      org.assertj.core.api.Assertions.assertThatThrownBy(
              () -> client.prompt("Where is it?").call().content())
          .isInstanceOf(LlmException.class);

      assertThat(vendor.requests()).hasSizeLessThanOrEqualTo(1); // a slow machine may send none
      assertThat(vendor.requests().isEmpty() || vendor.awaitClientLeft(Duration.ofSeconds(10)))
          .isTrue();
    }
  }

  @Test
  void whoHasCancelledHearsNothingMoreNotEvenAnEnd() throws Exception {
    Queue<Object> heard = new ConcurrentLinkedQueue<>();
    Hooks.onErrorDropped(heard::add);
    try (Vendor vendor = Vendor.start("vendor")) {
      vendor.streams(2).thenIsSilent().once();
      ChatModel model = model(CancelTest::openAi, vendor, Duration.ofSeconds(60));
      CountDownLatch begun = new CountDownLatch(1);
      Disposable reading =
          model.stream(new Prompt("Where is it?"))
              .doOnComplete(() -> heard.add("complete"))
              .subscribe(piece -> begun.countDown());
      assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();

      reading.dispose();

      assertThat(vendor.awaitClientLeft(Duration.ofSeconds(10))).isTrue();
      assertThat(model.stream(new Prompt("Once more")).blockLast()).isNotNull();
      assertThat(heard).isEmpty();
    } finally {
      Hooks.resetOnErrorDropped();
    }
  }

  @Test
  void aStreamThatIsSwitchedAwayFromDoesNotEndTheOneThatTakesItsPlace() throws Exception {
    try (Vendor vendor = Vendor.start("vendor").says("It is here.")) {
      vendor.is(Trouble.SILENT).once();
      vendor.answersWell().every(Duration.ofMillis(20));
      ChatModel model = model(CancelTest::openAi, vendor, Duration.ofSeconds(60));
      Sinks.Many<String> questions = Sinks.many().unicast().onBackpressureBuffer();
      questions.tryEmitNext("Where is it?").orThrow();
      CompletableFuture<List<String>> pieces =
          questions.asFlux().switchMap(model::stream).collectList().toFuture();
      awaitRequest(vendor);

      questions.tryEmitNext("And now?").orThrow();
      questions.tryEmitComplete().orThrow();

      assertThat(String.join("", pieces.get(30, TimeUnit.SECONDS))).isEqualTo("It is here.");
    }
  }

  private static void awaitRequest(Vendor vendor) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (vendor.requests().isEmpty() && System.nanoTime() < until) {
      Thread.onSpinWait();
    }
  }

  private static ChatClient client(Model model, Vendor vendor, Duration deadline) {
    return ChatClient.create(model(model, vendor, deadline));
  }

  private static ChatModel model(Model model, Vendor vendor, Duration deadline) {
    WatchedHttp http = new WatchedHttp();
    ChatModel theirs = model.apply(vendor, http);
    ResilientLlm llm =
        ResilientLlm.with(SpringAi.provider(theirs, http))
            .retry(Retry.none())
            .timeouts(Timeouts.deadline(deadline))
            .build();
    return SpringAi.chatModel(llm, theirs.getOptions());
  }

  private static ChatModel openAi(Vendor vendor, WatchedHttp http) {
    return OpenAiChatModel.builder()
        .httpClientBuilderCustomizer(client -> client.interceptor(http))
        .options(
            OpenAiChatOptions.builder()
                .baseUrl(vendor.baseUrl())
                .apiKey("k")
                .model("m")
                .maxRetries(0)
                .build())
        .build();
  }

  private static ChatModel anthropic(Vendor vendor, WatchedHttp http) {
    return AnthropicChatModel.builder()
        .httpClientBuilderCustomizer(client -> client.interceptor(http))
        .options(
            AnthropicChatOptions.builder()
                .baseUrl(vendor.root())
                .apiKey("k")
                .model("m")
                .maxTokens(77)
                .maxRetries(0)
                .build())
        .build();
  }
}
