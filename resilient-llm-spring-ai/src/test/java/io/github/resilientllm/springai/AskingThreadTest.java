package io.github.resilientllm.springai;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.policy.Hedge;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.MDC;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import reactor.core.publisher.Flux;

/** A model is asked by threads of ours, and finds there what it would find on the caller's. */
class AskingThreadTest {
  private final InheritableThreadLocal<String> inherited = new InheritableThreadLocal<>();
  private final ClassLoader before = Thread.currentThread().getContextClassLoader();
  private final ClassLoader own = new URLClassLoader(new URL[0], before);

  /** What there was when the model was asked, and where its answer was read. */
  private record Found(
      @Nullable ClassLoader loader, @Nullable String ticket, @Nullable String inherited) {}

  private final Set<Found> found = ConcurrentHashMap.newKeySet();

  /** Looks around when it is asked. */
  private final class Looking implements ChatModel {
    @Override
    public ChatResponse call(Prompt prompt) {
      look();
      return answer();
    }

    @Override
    public Flux<ChatResponse> stream(Prompt prompt) {
      return Flux.defer(
          () -> {
            look();
            return Flux.just(answer());
          });
    }

    @Override
    public ChatOptions getOptions() {
      return ToolCallingChatOptions.builder().model("m").build();
    }

    private static ChatResponse answer() {
      return new ChatResponse(
          List.of(
              new Generation(
                  new AssistantMessage("Well."),
                  ChatGenerationMetadata.builder().finishReason("STOP").build())));
    }
  }

  private void look() {
    found.add(
        new Found(
            Thread.currentThread().getContextClassLoader(), MDC.get("ticket"), inherited.get()));
  }

  @BeforeEach
  void carry() {
    Thread.currentThread().setContextClassLoader(own);
    MDC.put("ticket", "4711");
    inherited.set("of whoever makes the thread");
  }

  @AfterEach
  void leave() {
    Thread.currentThread().setContextClassLoader(before);
    MDC.remove("ticket");
    inherited.remove();
  }

  @ParameterizedTest(name = "hedged {0}, streaming {1}")
  @CsvSource({"false,false", "true,false", "false,true", "true,true"})
  void aModelFindsTheClassLoaderAndTheLogsContextOfWhoAsks(boolean hedged, boolean streaming) {
    ResilientLlm llm =
        ResilientLlm.with(SpringAi.provider(new Looking()))
            .hedge(hedged ? Hedge.extraLoad(0.5) : Hedge.none())
            .build();
    ChatModel model = SpringAi.chatModel(llm);

    Prompt prompt = new Prompt("q");
    ChatResponse answer =
        streaming ? model.stream(prompt).doOnNext(any -> look()).blockLast() : model.call(prompt);

    assertThat(answer).isNotNull();
    assertThat(found).containsExactly(new Found(own, "4711", null));
  }
}
