package io.github.resilientllm.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.FileJournal;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.test.Script;
import io.github.resilientllm.test.Trouble;
import io.github.resilientllm.test.Vendor;
import java.nio.file.Path;
import java.util.function.Function;
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
        row("clean end", vendor -> vendor.streams(2).thenEndsUnfinished()),
        row("cut", vendor -> vendor.streams(2).thenCuts()),
        row("error in band", vendor -> vendor.streams(2).thenFails(500, "server_error")),
        row("503", vendor -> vendor.is(Trouble.DOWN)));
  }

  private static Arguments row(String name, Function<Vendor, Script> failure) {
    return Arguments.of(name, failure);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("failures")
  void aFailedTurnIsNoPartOfTheNextPrompt(String row, Function<Vendor, Script> failure)
      throws Exception {
    try (Vendor vendor = Vendor.start("vendor");
        FileJournal journal = FileJournal.at(directory)) {
      var theirs = TheirModels.openAi(vendor);
      ResilientLlm llm = ResilientLlm.with(SpringAi.provider(theirs)).retry(Retry.none()).build();
      ChatMemory memory =
          MessageWindowChatMemory.builder().chatMemoryRepository(SpringAi.memory(journal)).build();
      ChatClient client =
          ChatClient.builder(SpringAi.chatModel(llm, theirs.getOptions()))
              .defaultAdvisors(MessageChatMemoryAdvisor.builder(memory).build())
              .build();

      vendor.says("First answer.");
      assertThat(ask(client, "First question?")).isEqualTo("First answer.");
      failure.apply(vendor.says("Half an answer.")).once();
      assertThatThrownBy(() -> ask(client, "Second question?")).isInstanceOf(LlmException.class);
      vendor.says("Third answer.");
      assertThat(ask(client, "Third question?")).isEqualTo("Third answer.");

      assertThat(vendor.requests().get(2).question().body())
          .contains("First question?", "First answer.", "Third question?")
          .doesNotContain("Second question?", "Half an");
      assertThat(memory.get("c")).hasSize(4);
      assertThat(ask(client, "Fourth question?")).isEqualTo("Third answer.");
      assertThat(vendor.requests().get(3).question().body().split("First answer", -1))
          .as("nothing twice")
          .hasSize(2);
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
