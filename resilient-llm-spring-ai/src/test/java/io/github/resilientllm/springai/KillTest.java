package io.github.resilientllm.springai;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.FileJournal;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.spring.Jvm;
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
    try (LocalVendor vendor =
        LocalVendor.that(
            e ->
                e.sse()
                    .delta(
                        "\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\","
                            + "\"function\":{\"name\":\"find\",\"arguments\":"
                            + "\"{\\\"number\\\":\\\"4711\\\"}\"}}]",
                        "null",
                        "")
                    .finish("tool_calls")
                    .done(),
            e -> e.sse().text("It is in Leipzig.").finish("stop").done(),
            e -> e.sse().text("Half an answer").hang(),
            e -> e.sse().text("Third answer.").finish("stop").done())) {
      Process process = Jvm.start(KillTest.class, directory.toString(), vendor.url());
      assertThat(Jvm.until("Half an answer", process)).contains("It is in Leipzig.");

      process.destroyForcibly().waitFor();

      try (FileJournal journal = FileJournal.at(directory)) {
        assertThat(memory(journal).get("c"))
            .extracting(message -> message.getMessageType())
            .containsExactly(
                MessageType.USER, MessageType.ASSISTANT, MessageType.TOOL, MessageType.ASSISTANT);
        assertThat(String.join("", ask(journal, vendor.url(), "And when?").collectList().block()))
            .isEqualTo("Third answer.");
        String asked = vendor.requests().get(3);
        assertThat(asked).doesNotContain("Is it late?", "Half an answer");
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
