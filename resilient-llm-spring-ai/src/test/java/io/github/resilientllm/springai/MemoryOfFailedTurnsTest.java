package io.github.resilientllm.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.FileJournal;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.springai.LocalVendor.Script;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.MessageChatMemoryAdvisor;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.memory.MessageWindowChatMemory;

/** After a turn that failed, the next one is asked with a history that is whole. */
class MemoryOfFailedTurnsTest {

  @TempDir Path directory;

  static Stream<Arguments> failures() {
    return Stream.of(
        row("clean end", e -> e.sse().text("Half an").endOfStream()),
        row("cut", e -> e.sse().text("Half an").cut()),
        row("error in band", e -> e.sse().text("Half an").event("{\"error\":{}}").done()),
        row("503", e -> e.json(503, "{}")));
  }

  private static Arguments row(String name, Script script) {
    return Arguments.of(name, script);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("failures")
  void aFailedTurnIsNoPartOfTheNextPrompt(String failure, Script script) throws Exception {
    try (LocalVendor vendor =
            LocalVendor.that(
                e -> e.sse().text("First answer.").finish("stop").done(),
                script,
                e -> e.sse().text("Third answer.").finish("stop").done(),
                e -> e.sse().text("Fourth answer.").finish("stop").done());
        FileJournal journal = FileJournal.at(directory)) {
      var theirs = TheirModels.openAi(vendor);
      ResilientLlm llm = ResilientLlm.with(SpringAi.provider(theirs)).retry(Retry.none()).build();
      ChatMemory memory =
          MessageWindowChatMemory.builder().chatMemoryRepository(SpringAi.memory(journal)).build();
      ChatClient client =
          ChatClient.builder(SpringAi.chatModel(llm, theirs.getOptions()))
              .defaultAdvisors(MessageChatMemoryAdvisor.builder(memory).build())
              .build();

      assertThat(ask(client, "First question?")).isEqualTo("First answer.");
      assertThatThrownBy(() -> ask(client, "Second question?")).isInstanceOf(LlmException.class);
      assertThat(ask(client, "Third question?")).isEqualTo("Third answer.");

      assertThat(vendor.requests().get(2))
          .contains("First question?", "First answer.", "Third question?")
          .doesNotContain("Second question?", "Half an");
      assertThat(memory.get("c")).hasSize(4);
      assertThat(ask(client, "Fourth question?")).isEqualTo("Fourth answer.");
      assertThat(vendor.requests().get(3).split("First answer", -1)).as("nothing twice").hasSize(2);
    }
  }

  private static String ask(ChatClient client, String question) {
    return String.join(
        "",
        client
            .prompt(question)
            .advisors(advisors -> advisors.param(ChatMemory.CONVERSATION_ID, "c"))
            .stream()
            .content()
            .collectList()
            .block());
  }
}
