package io.github.resilientllm.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.message.ChatMessageType;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import io.github.resilientllm.FileJournal;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.langchain4j.Assistant.Streamed;
import io.github.resilientllm.spring.Jvm;
import io.github.resilientllm.test.Vendor;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while its model answers leaves a memory of whole turns. */
class KillTest {

  @Test
  @Timeout(60)
  @DisplayName("the next question is asked with a whole history after kill -9 in mid-answer")
  void killed(@TempDir Path directory) throws Exception {
    try (Vendor vendor = Vendor.start("vendor").says("It is cancelled.")) {
      vendor.callsTool("cancel", "{\"arg0\":7,\"number\":7}").once();
      vendor.answersWell().once();
      vendor.streams(2).thenIsSilent().once();
      Process process = Jvm.start(KillTest.class, directory.toString(), vendor.baseUrl());
      assertThat(Jvm.until("cancelled.It is", process)).isNotEmpty();

      process.destroyForcibly().waitFor();

      try (FileJournal journal = FileJournal.at(directory)) {
        assertThat(Streamed.of(assistant(journal, vendor.baseUrl()), "And now?").ends)
            .containsExactly("COMPLETE It is cancelled.");
        assertThat(Wires.asked(vendor.requests().get(3).question().body()))
            .containsExactly(
                "user:Cancel 7",
                "assistant:",
                "tool:order 7 is cancelled",
                "assistant:It is cancelled.",
                "user:And now?");
        assertThat(memory(journal).messages())
            .extracting(message -> message.type())
            .containsExactly(
                ChatMessageType.USER,
                ChatMessageType.AI,
                ChatMessageType.TOOL_EXECUTION_RESULT,
                ChatMessageType.AI,
                ChatMessageType.USER,
                ChatMessageType.AI);
      }
    }
  }

  /** The process that is killed. */
  public static void main(String[] arguments) throws Exception {
    Assistant assistant = assistant(FileJournal.at(Path.of(arguments[0])), arguments[1]);
    for (String question : List.of("Cancel 7", "Is that sure?")) {
      Streamed.begin(assistant, question, KillTest::show).await(60_000);
    }
  }

  private static void show(String piece) {
    System.out.print(piece);
    System.out.flush();
  }

  private static Assistant assistant(Journal journal, String url) {
    LangChain4jModels models =
        LangChain4jModels.over(
            ResilientLlm.with(LangChain4jProvider.of(Ladder.streaming(url))).build());
    return Assistant.with(
        models.chatModel(), models.streamingChatModel(), memory(journal), new MemoryTest.Orders());
  }

  private static ChatMemory memory(Journal journal) {
    return MessageWindowChatMemory.builder()
        .id("ticket-4711")
        .maxMessages(20)
        .chatMemoryStore(JournalChatMemoryStore.on(journal))
        .build();
  }
}
