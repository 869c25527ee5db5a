package io.github.resilientllm.springai;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.FileJournal;
import io.github.resilientllm.MemoryJournal;
import io.github.resilientllm.journal.JournalEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.memory.ChatMemoryRepository;
import org.springframework.ai.chat.memory.MessageWindowChatMemory;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.content.Media;
import org.springframework.util.MimeTypeUtils;

/** What a chat memory on a journal finds again, and what it writes for it. */
class JournalMemoryTest {
  private static final Message Q1 = new UserMessage("q1");
  private static final Message A1 = new AssistantMessage("a1");
  private static final Message Q2 = new UserMessage("q2");
  private static final Message A2 = new AssistantMessage("a2");
  private static final AssistantMessage CALL =
      AssistantMessage.builder()
          .content("")
          .toolCalls(List.of(new AssistantMessage.ToolCall("1", "function", "find", "{\"n\":1}")))
          .build();
  private static final ToolResponseMessage RESULT =
      ToolResponseMessage.builder()
          .responses(List.of(new ToolResponseMessage.ToolResponse("1", "find", "found")))
          .build();

  private final MemoryJournal journal = new MemoryJournal();
  private final ChatMemoryRepository repository = SpringAi.memory(journal);

  @Test
  void wholeTurnsAreFoundAsTheyWereSaved() {
    repository.saveAll("c", List.of(new SystemMessage("s"), Q1, A1, Q2, CALL, RESULT, A2));
    for (ChatMemoryRepository any : List.of(repository, SpringAi.memory(journal))) {
      assertThat(any.findByConversationId("c"))
          .containsExactly(new SystemMessage("s"), Q1, A1, Q2, CALL, RESULT, A2);
    }
    assertThat(repository.findConversationIds()).containsExactly("c");
    assertThat(repository.findByConversationId("other")).isEmpty();
    repository.deleteByConversationId("c");
    assertThat(repository.findByConversationId("c")).isEmpty();
    repository.saveAll("c", List.of(Q2, A2));
    assertThat(repository.findByConversationId("c")).containsExactly(Q2, A2);
  }

  @Test
  void aQuestionWithoutItsAnswerIsNotFoundAndTheNextOneTakesItsPlace() {
    ChatMemory memory = MessageWindowChatMemory.builder().chatMemoryRepository(repository).build();
    memory.add("c", Q1);
    memory.add("c", A1);
    memory.add("c", Q2); // its call fails
    assertThat(memory.get("c")).containsExactly(Q1, A1);
    Message q3 = new UserMessage("q3");
    memory.add("c", q3);
    memory.add("c", A2);
    assertThat(memory.get("c")).containsExactly(Q1, A1, q3, A2);
    assertThat(SpringAi.memory(journal).findByConversationId("c")).containsExactly(Q1, A1, q3, A2);
  }

  @Test
  void aTurnThatCallsToolsIsFoundWithItsAnswerAndNotBefore() {
    ChatMemory memory = MessageWindowChatMemory.builder().chatMemoryRepository(repository).build();
    memory.add("c", Q1);
    memory.add("c", CALL);
    assertThat(memory.get("c")).isEmpty();
    memory.add("c", RESULT);
    assertThat(memory.get("c")).isEmpty();
    memory.add("c", A1);
    assertThat(memory.get("c")).containsExactly(Q1, CALL, RESULT, A1);
  }

  @Test
  void aQuestionThatIsAskedAgainIsThereOnce() {
    repository.saveAll("c", List.of(Q1));
    repository.saveAll("c", List.of(Q1));
    repository.saveAll("c", List.of(Q1, A1));
    repository.saveAll("c", List.of(Q1, A1));
    assertThat(repository.findByConversationId("c")).containsExactly(Q1, A1);
    assertThat(entries()).hasSize(2);
  }

  @Test
  void onlyWhatIsNewIsWritten() {
    ChatMemory memory =
        MessageWindowChatMemory.builder().chatMemoryRepository(repository).maxMessages(4).build();
    for (int turn = 0; turn < 10; turn++) {
      memory.add("c", new UserMessage("question number " + turn));
      memory.add("c", new AssistantMessage("answer number " + turn));
    }
    assertThat(memory.get("c")).extracting(Message::getText).endsWith("answer number 9").hasSize(4);
    assertThat(SpringAi.memory(journal).findByConversationId("c")).isEqualTo(memory.get("c"));
    assertThat(entries()).hasSize(20);
    assertThat(entries()).allMatch(entry -> entry.body().length() < 200);
  }

  @Test
  void messagesThatAreReplacedAreGone() {
    repository.saveAll("c", List.of(Q1, A1, Q2, A2));
    repository.saveAll("c", List.of(new SystemMessage("short"), Q2, A2));
    assertThat(repository.findByConversationId("c"))
        .containsExactly(new SystemMessage("short"), Q2, A2);
    repository.saveAll("c", List.of());
    assertThat(repository.findByConversationId("c")).isEmpty();
    assertThat(SpringAi.memory(journal).findByConversationId("c")).isEmpty();
  }

  @Test
  void metadataAndMediaAreKeptAsFarAsTheyCanBeWritten() {
    Message image =
        UserMessage.builder()
            .text("What is it?")
            .media(
                Media.builder()
                    .mimeType(MimeTypeUtils.IMAGE_PNG)
                    .name("picture")
                    .data(new byte[] {1, 2})
                    .build())
            .metadata(Map.of("ticket", 4711, "tags", List.of("a", "b"), "odd", new Object()))
            .build();
    repository.saveAll("c", List.of(image, A1));
    Message found = SpringAi.memory(journal).findByConversationId("c").get(0);
    assertThat(found.getMetadata())
        .containsEntry("ticket", 4711)
        .containsEntry("tags", List.of("a", "b"))
        .doesNotContainKey("odd");
    assertThat(((UserMessage) found).getMedia().get(0).getDataAsByteArray()).containsExactly(1, 2);
  }

  @Test
  void whatAProcessKeptIsFoundByTheNextOne(@TempDir Path directory) {
    try (FileJournal files = FileJournal.at(directory)) {
      ChatMemoryRepository before = SpringAi.memory(files);
      before.saveAll("ticket/4711: ä", List.of(Q1, A1));
      before.saveAll("ticket/4711: ä", List.of(Q1, A1, Q2)); // and it ends in mid-answer
    }
    try (FileJournal files = FileJournal.at(directory)) {
      ChatMemoryRepository after = SpringAi.memory(files);
      assertThat(after.findConversationIds()).containsExactly("ticket/4711: ä");
      assertThat(after.findByConversationId("ticket/4711: ä")).containsExactly(Q1, A1);
    }
  }

  private List<JournalEntry> entries() {
    return journal.read("c").join();
  }
}
