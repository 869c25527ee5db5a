package io.github.resilientllm.springai;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.test.Vendor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.openai.OpenAiChatModel;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Where nothing fails, what goes in and comes out is what it would be without us. */
class NativeChunksTest {
  private static final ChatOptions OPTIONS = ChatOptions.builder().model("m").build();

  /** A model that gives these chunks, and one of them as its whole response. */
  private static final class Recorded implements ChatModel {
    private final List<ChatResponse> chunks;
    private final List<Prompt> prompts = new ArrayList<>();

    Recorded(ChatResponse... chunks) {
      this.chunks = List.of(chunks);
    }

    @Override
    public ChatOptions getOptions() {
      return OPTIONS;
    }

    @Override
    public ChatResponse call(Prompt prompt) {
      prompts.add(prompt);
      return chunks.get(0);
    }

    @Override
    public Flux<ChatResponse> stream(Prompt prompt) {
      prompts.add(prompt);
      return Flux.fromIterable(chunks);
    }
  }

  @Test
  void aStreamGivesTheSameObjectsInTheSameOrder() {
    ChatResponse[] chunks = {
      chunk("", null),
      chunk("It ", null),
      chunk("", null),
      chunk("comes.", null),
      chunk("", "STOP"),
      new ChatResponse(List.of())
    };
    Recorded model = new Recorded(chunks);
    Prompt prompt = new Prompt("When?", OPTIONS);
    List<ChatResponse> seen = ours(model).stream(prompt).collectList().block();
    assertThat(seen).hasSize(chunks.length);
    for (int i = 0; i < chunks.length; i++) {
      assertThat(seen.get(i)).isSameAs(chunks[i]);
    }
    assertThat(model.prompts).singleElement().isSameAs(prompt);
  }

  @Test
  void aCallGivesTheSameResponse() {
    ChatResponse response = chunk("It comes.", "STOP");
    Recorded model = new Recorded(response);
    Prompt prompt = new Prompt("When?", OPTIONS);
    assertThat(ours(model).call(prompt)).isSameAs(response);
    assertThat(model.prompts).singleElement().isSameAs(prompt);
  }

  @Test
  void aCallThatMayBeHedgedIsStreamedAndPutTogetherAsSpringAiDoes() {
    Recorded model = new Recorded(chunk("It ", null), chunk("comes.", "STOP"));
    ResilientLlm llm =
        ResilientLlm.with(SpringAi.provider(model)).hedge(Hedge.extraLoad(0.05)).build();
    ChatModel hedged = SpringAi.chatModel(llm, OPTIONS);
    Mono<ChatResponse> call = Mono.fromCallable(() -> hedged.call(new Prompt("When?", OPTIONS)));
    // The last two are for threads on which Reactor itself does not block.
    for (Scheduler threads :
        List.of(Schedulers.immediate(), Schedulers.parallel(), Schedulers.single())) {
      ChatResponse response = call.subscribeOn(threads).block();
      assertThat(response.getResult().getOutput().getText()).isEqualTo("It comes.");
      assertThat(response.getResult().getMetadata().getFinishReason()).isEqualTo("STOP");
    }
  }

  @Test
  void chunksOfARealModelAreEqualWithAndWithoutUs() throws IOException {
    try (Vendor vendor = Vendor.start("vendor").says("It comes.")) {
      vendor
          .streams(0)
          .thenSends(delta("\"role\":\"assistant\",\"content\":\"\""))
          .thenSends(delta("\"reasoning_content\":\"Hm.\""));
      OpenAiChatModel theirs = TheirModels.openAi(vendor);
      List<ChatResponse> without = theirs.stream(new Prompt("When?")).collectList().block();
      List<ChatResponse> with = ours(theirs).stream(new Prompt("When?")).collectList().block();
      assertThat(with).usingRecursiveComparison().isEqualTo(without);
      assertThat(without).hasSizeGreaterThan(4);
      String asked = vendor.requests().get(0).question().body();
      assertThat(vendor.requests().get(1).question().body()).isEqualTo(asked);
    }
  }

  private static String delta(String fields) {
    return "data: {\"id\":\"chatcmpl-local\",\"object\":\"chat.completion.chunk\",\"created\":0,"
        + "\"model\":\"gpt-x\",\"choices\":[{\"index\":0,\"delta\":{"
        + fields
        + "},\"finish_reason\":null}]}\n\n";
  }

  @Test
  void reasoningIsHeardAsReasoningHoweverAModelShowsIt() {
    assertThat(new Heard().meaning(thought("Hm.", Map.of("isThought", true))))
        .containsExactly(new ChatEvent.ReasoningDelta("Hm."));
    assertThat(new Heard().meaning(thought("", Map.of("thinking", true))))
        .containsExactly(new ChatEvent.ReasoningDelta(""));
    Heard soFar = new Heard();
    assertThat(soFar.meaning(thought("", Map.of("reasoningContent", "Hm"))))
        .containsExactly(new ChatEvent.ReasoningDelta("Hm"));
    assertThat(soFar.meaning(thought("Yes", Map.of("reasoningContent", "Hm, well"))))
        .containsExactly(new ChatEvent.ReasoningDelta(", well"), new ChatEvent.TextDelta("Yes"));
    assertThat(soFar.meaning(thought("!", Map.of("reasoningContent", "Hm, well"))))
        .containsExactly(new ChatEvent.TextDelta("!"));
  }

  private static ChatResponse thought(String text, Map<String, Object> metadata) {
    return new ChatResponse(
        List.of(
            new Generation(AssistantMessage.builder().content(text).properties(metadata).build())));
  }

  @Test
  void cancellingAStreamEndsTheVendorsConnection() throws Exception {
    try (Vendor vendor = Vendor.start("vendor").says("It " + "comes ".repeat(10_000))) {
      vendor.sayingEvery(Duration.ofMillis(20));
      ChatModel model = ours(TheirModels.openAi(vendor));
      assertThat(model.stream(new Prompt("When?")).take(1).collectList().block()).hasSize(1);
      long cancelled = System.nanoTime();
      assertThat(vendor.awaitClientLeft(Duration.ofSeconds(10))).isTrue();
      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - cancelled)).isLessThan(5000);
    }
  }

  @Test
  void cancellingAStreamThatIsSilentKeepsNobodyWaiting() throws Exception {
    try (Vendor vendor = Vendor.start("vendor")) {
      vendor.streams(1).thenIsSilent();
      ChatModel model = ours(TheirModels.openAi(vendor));
      long begun = System.nanoTime();
      assertThat(model.stream(new Prompt("When?")).take(1).collectList().block()).hasSize(1);
      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun)).isLessThan(5000);
    }
  }

  @Test
  void vendorsHaveOurNames() {
    LlmProvider provider = SpringAi.provider(new Recorded());
    assertThat(provider.vendor()).isEqualTo("recorded");
    assertThat(provider.model()).isEqualTo("m");
  }

  private static ChatModel ours(ChatModel model) {
    ResilientLlm llm = ResilientLlm.with(SpringAi.provider(model)).build();
    return SpringAi.chatModel(llm, model.getOptions());
  }

  private static ChatResponse chunk(String text, String finishReason) {
    return new ChatResponse(
        List.of(
            new Generation(
                new AssistantMessage(text),
                ChatGenerationMetadata.builder().finishReason(finishReason).build())));
  }
}
