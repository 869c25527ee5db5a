package io.github.resilientllm.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import io.github.resilientllm.FileJournal;
import io.github.resilientllm.MemoryJournal;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** LangChain4j's memory on a journal. */
class JournalChatMemoryStoreTest {
  private final Journal journal = new MemoryJournal();
  private final JournalChatMemoryStore store = JournalChatMemoryStore.on(journal);

  @AfterEach
  void close() {
    journal.close();
  }

  @Test
  @DisplayName("messages of all kinds are read as they were given")
  void allKinds() {
    List<ChatMessage> messages =
        List.of(
            SystemMessage.from("Be short."),
            UserMessage.from(
                TextContent.from("What\nis this?"), ImageContent.from("aGVsbG8=", "image/png")),
            AiMessage.builder()
                .text("I look.")
                .thinking("hm")
                .attributes(Map.of("signature", "s1"))
                .toolExecutionRequests(
                    List.of(
                        ToolExecutionRequest.builder()
                            .id("1")
                            .name("look")
                            .arguments("{\"a\":\"b\"}")
                            .build()))
                .build(),
            ToolExecutionResultMessage.from("1", "look", "a \"cat\""),
            AiMessage.from("A cat."));

    store.updateMessages("chat", messages);

    assertThat(another().getMessages("chat")).isEqualTo(messages);
    assertThat(store.getMessages("chat")).isEqualTo(messages);
  }

  @Test
  @DisplayName("what writes the messages finds the class loader of who has them written")
  void classLoader(@TempDir Path directory) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader own = new URLClassLoader("own", new URL[0], before);
        FileJournal files = FileJournal.at(directory)) { // which writes on a thread of its own
      thread.setContextClassLoader(own);
      JournalChatMemoryStore.on(files)
          .updateMessages(
              "chat",
              List.of(
                  UserMessage.from("What is it?"),
                  AiMessage.builder()
                      .text("A cat.")
                      .attributes(Map.of("written", new Looking()))
                      .build()));
    } finally {
      thread.setContextClassLoader(before);
    }
    try (FileJournal files = FileJournal.at(directory)) {
      AiMessage read = (AiMessage) JournalChatMemoryStore.on(files).getMessages("chat").get(1);
      assertThat(read.attributes().toString()).contains("own");
    }
  }

  /** Tells whose classes it can see while it is written. */
  public static final class Looking {
    public String getLoader() {
      return String.valueOf(Thread.currentThread().getContextClassLoader().getName());
    }
  }

  @Test
  @DisplayName("a list that grew costs its new messages, and a window one short entry")
  void difference() throws Exception {
    List<ChatMessage> messages = new ArrayList<>();
    messages.add(SystemMessage.from("Be short."));
    for (int turn = 0; turn < 10; turn++) {
      messages.add(UserMessage.from("question " + turn));
      store.updateMessages(7, messages);
      messages.add(AiMessage.from("answer " + turn));
      store.updateMessages(7, messages);
      store.updateMessages(7, messages); // twice a turn
    }
    assertThat(entries("7"))
        .hasSize(21)
        .allMatch(entry -> entry.name().equals("langchain4j.message"));

    messages.remove(1);
    store.updateMessages(7, messages);

    JournalEntry last = entries("7").get(21);
    assertThat(last.name()).isEqualTo("langchain4j.window");
    assertThat(last.body()).isEqualTo("{\"keep\":\"0,2-20\"}");
    assertThat(another().getMessages(7)).isEqualTo(messages);
  }

  @Test
  @DisplayName("any list after any other is read as it was given")
  void anyLists() {
    Random random = new Random(26);
    JournalChatMemoryStore all = store.withUnansweredKept(true);
    for (int round = 0; round < 60; round++) {
      List<ChatMessage> messages = new ArrayList<>();
      int size = random.nextInt(8);
      for (int i = 0; i < size; i++) {
        String text = "m" + random.nextInt(6);
        messages.add(random.nextBoolean() ? UserMessage.from(text) : AiMessage.from(text));
      }

      all.updateMessages("any", messages);

      assertThat(another().getMessages("any")).isEqualTo(messages);
      assertThat(all.getMessages("any")).isEqualTo(messages);
    }
  }

  @Test
  @DisplayName("a question without an answer leaves when the next one comes")
  void unanswered() {
    List<ChatMessage> two = List.of(UserMessage.from("q0"), UserMessage.from("q1"));

    store.updateMessages("one", two);
    store.withUnansweredKept(true).updateMessages("both", two);

    assertThat(store.getMessages("one")).containsExactly(UserMessage.from("q1"));
    assertThat(store.getMessages("both")).isEqualTo(two);
  }

  @Test
  @DisplayName("two stores on one journal see what the other one wrote")
  void twoStores() {
    JournalChatMemoryStore other = another();
    store.updateMessages("chat", List.of(UserMessage.from("q")));
    List<ChatMessage> longer = new ArrayList<>(other.getMessages("chat"));
    longer.add(AiMessage.from("a"));

    other.updateMessages("chat", longer);

    assertThat(store.getMessages("chat")).isEqualTo(longer);
  }

  @Test
  @DisplayName("what is deleted is gone, and what begins again begins anew")
  void deleted() {
    store.updateMessages("chat", List.of(UserMessage.from("secret")));
    assertThat(another().getMessages("chat")).hasSize(1);

    store.deleteMessages("chat");

    assertThat(store.getMessages("chat")).isEmpty();
    assertThat(journal.list().join()).isEmpty();
    another().updateMessages("chat", List.of(UserMessage.from("new")));
    assertThat(store.getMessages("chat")).containsExactly(UserMessage.from("new"));
    store.deleteMessages("never there");
  }

  @Test
  @DisplayName("the three methods that do not block do the same")
  void async() throws Exception {
    store.updateMessagesAsync("a", List.of(UserMessage.from("q"))).get(5, TimeUnit.SECONDS);
    assertThat(store.getMessagesAsync("a").get(5, TimeUnit.SECONDS)).hasSize(1);
    store.deleteMessagesAsync("a").get(5, TimeUnit.SECONDS);
    assertThat(store.getMessagesAsync("a").get(5, TimeUnit.SECONDS)).isEmpty();
  }

  @Test
  @DisplayName("who waits for another writer in vain is told that the memory is busy")
  void busy() {
    Journal.Log held = journal.open("langchain4j/chat").join();

    assertThatThrownBy(
            () ->
                store
                    .withPatience(Duration.ofMillis(50))
                    .updateMessages("chat", List.of(UserMessage.from("q"))))
        .isInstanceOf(JournalException.class)
        .extracting(e -> ((JournalException) e).reason())
        .isEqualTo(JournalException.Reason.BUSY);
    held.close();
  }

  @Test
  @DisplayName("an id that says nothing is refused")
  void namelessId() {
    assertThatThrownBy(() -> store.getMessages(new Object()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("toString()");
  }

  @Test
  @DisplayName("an entry of a newer version is refused by its name")
  void newer() {
    store.updateMessages("chat", List.of(UserMessage.from("q")));
    try (Journal.Log log = journal.open("langchain4j/chat", Duration.ofSeconds(5)).join()) {
      log.append(
              JournalEntry.other(
                  log.lastSequence() + 1,
                  java.time.Instant.EPOCH,
                  "langchain4j.summary",
                  io.github.resilientllm.journal.ConversationState.IDLE,
                  "{}"))
          .join();
    }

    assertThatThrownBy(() -> store.getMessages("chat"))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("langchain4j.summary");
  }

  private JournalChatMemoryStore another() {
    return JournalChatMemoryStore.on(journal);
  }

  private List<JournalEntry> entries(String id) {
    return journal.read("langchain4j/" + id).join();
  }
}
