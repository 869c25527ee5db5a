package io.github.resilientllm.springai;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;

/** A prompt's options as each target takes them. */
class TargetOptionsTest {
  private static final OpenAiChatOptions FIRST =
      OpenAiChatOptions.builder()
          .model("gpt-x")
          .apiKey("sk-first")
          .customHeaders(Map.of("X-Key", "secret"))
          .temperature(0.7)
          .build();
  private static final OpenAiChatOptions SECOND =
      OpenAiChatOptions.builder()
          .model("other")
          .apiKey("sk-second")
          .temperature(0.1)
          .reasoningEffort("low")
          .build();
  private static final ToolCallback TOOL =
      FunctionToolCallback.builder("find", (String in) -> in)
          .description("Finds.")
          .inputType(String.class)
          .build();

  @Test
  void theFirstTargetGetsThemAsTheyAre() {
    ChatOptions asked = FIRST.mutate().user("me").build();
    assertThat(new TargetOptions(asked, FIRST).over(FIRST)).isSameAs(asked);
  }

  @Test
  void anotherTargetOfTheSameTypeGetsWhatTheCallerSaidAndNothingOfTheFirst() {
    ChatOptions asked = FIRST.mutate().user("me").maxTokens(50).toolCallbacks(TOOL).build();
    OpenAiChatOptions options = (OpenAiChatOptions) new TargetOptions(asked, FIRST).over(SECOND);
    assertThat(options.getModel()).isEqualTo("other");
    assertThat(options.getApiKey()).isEqualTo("sk-second");
    assertThat(options.getCustomHeaders()).isNullOrEmpty();
    assertThat(options.getTemperature()).as("its own").isEqualTo(0.1);
    assertThat(options.getReasoningEffort()).isEqualTo("low");
    assertThat(options.getUser()).isEqualTo("me");
    assertThat(options.getMaxTokens()).isEqualTo(50);
    assertThat(options.getToolCallbacks()).containsExactly(TOOL);
  }

  @Test
  void aTargetOfAnotherTypeGetsWhatAllHaveInCommon() {
    ChatOptions asked =
        FIRST.mutate().temperature(0.9).stop(List.of("END")).toolCallbacks(TOOL).build();
    ChatOptions own = ToolCallingChatOptions.builder().model("claude").topK(3).build();
    ToolCallingChatOptions options =
        (ToolCallingChatOptions) new TargetOptions(asked, FIRST).over(own);
    assertThat(options.getModel()).isEqualTo("claude");
    assertThat(options.getTopK()).isEqualTo(3);
    assertThat(options.getTemperature()).isEqualTo(0.9);
    assertThat(options.getStopSequences()).containsExactly("END");
    assertThat(options.getToolCallbacks()).containsExactly(TOOL);
  }

  @Test
  void whatTheFirstTargetIsConfiguredWithIsNotTheCallersWish() {
    ChatOptions own = ToolCallingChatOptions.builder().model("claude").build();
    ChatOptions options = new TargetOptions(FIRST.mutate().build(), FIRST).over(own);
    assertThat(options.getTemperature()).isNull();
  }

  @Test
  void aModelThatTheCallerNamesIsForTargetsOfTheFirstOnesModel() {
    TargetOptions named = new TargetOptions(FIRST.mutate().model("gpt-z").build(), FIRST);
    ChatOptions elsewhere = FIRST.mutate().apiKey("sk-elsewhere").build();
    assertThat(named.over(FIRST).getModel()).isEqualTo("gpt-z");
    assertThat(named.over(elsewhere).getModel()).isEqualTo("gpt-z");
    assertThat(named.over(SECOND).getModel()).isEqualTo("other");
    ChatOptions ofAnother = ToolCallingChatOptions.builder().model("claude").build();
    assertThat(new TargetOptions(FIRST, ofAnother).over(SECOND).getModel())
        .as("named for targets of this type")
        .isEqualTo("gpt-x");
  }

  @Test
  void commonOptionsOfAPromptAreAllTheCallers() {
    ChatOptions asked = ChatOptions.builder().temperature(0.7).build();
    ChatOptions options = new TargetOptions(asked, FIRST).over(SECOND);
    assertThat(options).isInstanceOf(OpenAiChatOptions.class);
    assertThat(options.getTemperature()).isEqualTo(0.7);
    assertThat(options.getModel()).isEqualTo("other");
  }
}
