package io.github.resilientllm.springai;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.FileJournal;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.spring.Jvm;
import io.github.resilientllm.test.Vendor;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.MessageChatMemoryAdvisor;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.memory.MessageWindowChatMemory;
import org.springframework.ai.chat.messages.MessageType;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.core.Ordered;
import reactor.core.publisher.Flux;

/** A process that is killed while its model answers leaves a memory of whole turns. */
class KillTest {

  @Test
  @Timeout(60)
  void theNextQuestionIsAskedWithAWholeHistoryAfterKillMinusNine(@TempDir Path directory)
      throws Exception {
    try (Vendor vendor = Vendor.start("vendor").says("It is in Leipzig.")) {
      vendor.callsTool("find", "{\"number\":\"4711\"}").once();
      vendor.answersWell().once();
      vendor.streams(2).thenIsSilent().once();
      Process process = Jvm.start(KillTest.class, directory.toString(), vendor.baseUrl());
      assertThat(Jvm.until("Leipzig.It is", process)).isNotEmpty();

      process.destroyForcibly().waitFor();

      try (FileJournal journal = FileJournal.at(directory)) {
        assertThat(memory(journal).get("c"))
            .extracting(message -> message.getMessageType())
            .containsExactly(
                MessageType.USER, MessageType.ASSISTANT, MessageType.TOOL, MessageType.ASSISTANT);
        assertThat(
                String.join("", ask(journal, vendor.baseUrl(), "And when?").collectList().block()))
            .isEqualTo("It is in Leipzig.");
        String asked = vendor.requests().get(3).question().body();
        assertThat(asked).doesNotContain("Is it late?");
        for (String once :
            new String[] {"Where is 4711?", "4711 left", "It is in Leipzig.", "And when?"}) {
          assertThat(asked.split(Pattern.quote(once), -1)).as(once).hasSize(2);
        }
        assertThat(memory(journal).get("c")).hasSize(6);
      }
    }
  }

  /** The process that is killed. */
  public static void main(String[] arguments) {
    FileJournal journal = FileJournal.at(Path.of(arguments[0]));
    for (String question : new String[] {"Where is 4711?", "Is it late?"}) {
      ask(journal, arguments[1], question)
          .doOnNext(
              piece -> {
                System.out.print(piece);
                System.out.flush();
              })
          .blockLast();
    }
  }

  private static Flux<String> ask(Journal journal, String url, String question) {
    OpenAiChatModel theirs =
        OpenAiChatModel.builder()
            .options(
                OpenAiChatOptions.builder()
                    .baseUrl(url)
                    .apiKey("k")
                    .model("m")
                    .maxRetries(0)
                    .build())
            .build();
    ResilientLlm llm = ResilientLlm.with(SpringAi.provider(theirs)).build();
    return ChatClient.builder(SpringAi.chatModel(llm, theirs.getOptions()))
        .defaultTools(new Orders())
        // Inside of the loop of tools, so that their messages are kept, too.
        .defaultAdvisors(
            MessageChatMemoryAdvisor.builder(memory(journal))
                .order(Ordered.HIGHEST_PRECEDENCE + 400)
                .build())
        .build()
        .prompt(question)
        .advisors(advisors -> advisors.param(ChatMemory.CONVERSATION_ID, "c"))
        .stream()
        .content();
  }

  private static ChatMemory memory(Journal journal) {
    return MessageWindowChatMemory.builder().chatMemoryRepository(SpringAi.memory(journal)).build();
  }

  /** What the model may call. */
  static final class Orders {
    @Tool(description = "Where an order is")
    String find(String number) {
      return number + " left on Monday";
    }
  }
}
