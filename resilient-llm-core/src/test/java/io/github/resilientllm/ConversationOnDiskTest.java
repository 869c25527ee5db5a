package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.calls;
import static io.github.resilientllm.testing.Script.fail;
import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.policy.Conversations;
import io.github.resilientllm.policy.Conversations.WhenJournalFails;
import io.github.resilientllm.testing.ScriptedProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conversations in real files, by real threads. */
class ConversationOnDiskTest {
  @TempDir private Path directory;

  @Test
  void aConversationIsReadFromItsFileByAnotherJournal() {
    try (FileJournal journal = FileJournal.at(directory)) {
      assertThat(client(journal, "three days").conversation("ticket 1").say("How long?").durable())
          .isTrue();
    }
    try (FileJournal journal = FileJournal.at(directory)) {
      assertThat(client(journal, "x").conversation("ticket 1").history())
          .containsExactly(Message.user("How long?"), Message.assistant("three days"));
    }
  }

  @Test
  void anInterruptAtAnyStepOfATurnLosesNothingAndBlocksNobody() {
    int steps = 0;
    boolean untouched = false;
    for (int n = 1; !untouched; n++) {
      try (FileJournal files = FileJournal.at(directory)) {
        InterruptingJournal journal = new InterruptingJournal(files, n);
        String id = "at step " + n;
        Conversation chat = client(journal, "three days").conversation(id);
        boolean answered = sayInterrupted(chat);
        untouched = !journal.disarm();
        assertThat(untouched && !answered).as("failed for nothing").isFalse();
        boolean interrupted = Thread.interrupted();
        assertThat(interrupted).isEqualTo(!untouched);
        int before = chat.history().size();
        assertThat(!answered || before == 2).as("an answer was lost").isTrue();
        assertThat(chat.say("How much?").text()).isEqualTo("three days");
        assertThat(client(files, "x").conversation(id).history())
            .hasSize(before + 2)
            .endsWith(Message.user("How much?"), Message.assistant("three days"));
        assertThat(files.verify(id).problems()).isEmpty();
      }
      steps = n;
    }
    assertThat(steps).isGreaterThan(4);
  }

  private static boolean sayInterrupted(Conversation chat) {
    try {
      chat.say("How long?");
      return true;
    } catch (LlmException e) {
      assertThat(e.kind()).isEqualTo(ErrorKind.CANCELLED);
      return false;
    }
  }

  @Test
  void aRepairedConversationShowsNoTurnThatLostAPart() throws IOException {
    try (FileJournal journal = FileJournal.at(directory)) {
      Conversation chat = client(journal, "answer").conversation("c");
      for (String question : List.of("first", "second", "third", "fourth")) {
        chat.say(question);
      }
    }
    damage("second", "sechnd"); // a question
    damage("\"kind\":\"answered\"", "\"kind\":\"answexed\"", 3); // the answer to the third
    try (FileJournal journal = FileJournal.at(directory)) {
      Conversation chat = client(journal, "answer").conversation("c");
      assertThat(chat.state()).isEqualTo(ConversationState.DAMAGED);
      assertThatThrownBy(() -> chat.say("fifth"))
          .isInstanceOf(LlmException.class)
          .hasMessageContaining("line");
      journal.repair("c");
      assertThat(chat.history())
          .filteredOn(message -> !message.text().equals("answer"))
          .containsExactly(Message.user("first"), Message.user("fourth"));
      assertThat(chat.history()).hasSize(4);
      assertThat(chat.say("fifth").text()).isEqualTo("answer");
      assertThat(chat.state()).isEqualTo(ConversationState.IDLE);
    }
  }

  @Test
  void aRepairedConversationGivesNoQuestionTheAnswerToAnother() throws IOException {
    try (FileJournal journal = FileJournal.at(directory)) {
      ScriptedProvider vendor =
          ScriptedProvider.of(
              "v", Time.system(), fail(ErrorKind.INVALID_REQUEST), answer("round"), answer("flat"));
      Conversation chat = ResilientLlm.with(vendor).journal(journal).build().conversation("c");
      assertThatThrownBy(() -> chat.say("never answered")).isInstanceOf(LlmException.class);
      for (String question : List.of("second", "third")) {
        chat.say(question);
      }
    }
    damage("second", "sechnd");
    try (FileJournal journal = FileJournal.at(directory)) {
      journal.repair("c");
      assertThat(client(journal, "x").conversation("c").history())
          .containsExactly(Message.user("third"), Message.assistant("flat"));
    }
  }

  @Test
  void aRepairedConversationGivesNoQuestionTheBeginningOfTheAnswerToAnother() throws IOException {
    try (FileJournal journal = FileJournal.at(directory)) {
      ScriptedProvider vendor =
          ScriptedProvider.of(
              "v",
              Time.system(),
              fail(ErrorKind.INVALID_REQUEST),
              script().says("the earth ").says("is").stalls());
      Conversation chat = ResilientLlm.with(vendor).journal(journal).build().conversation("c");
      assertThatThrownBy(() -> chat.say("never answered")).isInstanceOf(LlmException.class);
      try (ChatStream stream = chat.stream("second")) {
        stream.iterator().next();
      }
    }
    damage("second", "sechnd");
    try (FileJournal journal = FileJournal.at(directory)) {
      journal.repair("c");
      Conversation chat = client(journal, "x").conversation("c");
      assertThat(chat.unanswered()).isEmpty();
      assertThat(chat.history()).isEmpty();
    }
  }

  @Test
  void aRepairedConversationShowsNoTurnThatLostWhatItsToolsSaid() throws IOException {
    ToolCall call = new ToolCall("call_1", "lookUp", "{}");
    try (FileJournal journal = FileJournal.at(directory)) {
      ScriptedProvider vendor =
          ScriptedProvider.of(
              "v", Time.system(), calls(call), calls(call), answer("found"), answer("a2"));
      Conversation chat = ResilientLlm.with(vendor).journal(journal).build().conversation("c");
      chat.runningTools(asked -> ToolResult.of(asked.id(), "here")).say("first");
      chat.say("second");
    }
    Path file = directory.resolve("c-c.jsonl");
    String whole = Files.readString(file);
    List<String> lines = whole.lines().toList();
    List<Integer> parts =
        IntStream.range(0, lines.size())
            .filter(i -> lines.get(i).matches(".*kind\":\"(answered|tool_result)\".*"))
            .limit(4) // of the first turn, all but its end
            .boxed()
            .toList();
    for (int from = 0; from < 4; from++) {
      for (int to = from + 1; to <= 4; to++) {
        List<String> damaged = new ArrayList<>(lines);
        parts.subList(from, to).forEach(i -> damaged.set(i, "damaged"));
        Files.write(file, damaged);
        try (FileJournal journal = FileJournal.at(directory)) {
          journal.repair("c");
          assertThat(client(journal, "x").conversation("c").history())
              .as("without parts %d to %d", from, to)
              .containsExactly(Message.user("second"), Message.assistant("a2"));
        }
      }
    }
  }

  @Test
  void aRepairedConversationShowsATurnStillIfTheNextOneWasDiscarded() throws IOException {
    try (FileJournal journal = FileJournal.at(directory)) {
      ScriptedProvider vendor =
          ScriptedProvider.of(
              "v", Time.system(), answer("a1"), fail(ErrorKind.INVALID_REQUEST), answer("a3"));
      Conversation chat = ResilientLlm.with(vendor).journal(journal).build().conversation("c");
      chat.say("first");
      assertThatThrownBy(() -> chat.say("second")).isInstanceOf(LlmException.class);
      chat.discard();
      chat.say("third");
    }
    damage("second", "sechnd");
    damage("\"kind\":\"attempt\"", "\"kind\":\"attemxt\"", 2);
    damage("\"kind\":\"failed\"", "\"kind\":\"faixed\"");
    try (FileJournal journal = FileJournal.at(directory)) {
      journal.repair("c");
      assertThat(client(journal, "x").conversation("c").history())
          .containsExactly(
              Message.user("first"),
              Message.assistant("a1"),
              Message.user("third"),
              Message.assistant("a3"));
    }
  }

  @Test
  void sixteenThreadsShareADirectoryAndQueueForOneConversation() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try (FileJournal journal = FileJournal.at(directory)) {
      ResilientLlm llm =
          builder(journal, "answer")
              .conversations(Conversations.standard().withTurnPatience(Duration.ofMinutes(1)))
              .build();
      List<CompletableFuture<?>> turns = new ArrayList<>();
      for (int i = 0; i < 160; i++) {
        String id = i % 2 == 0 ? "shared" : "own " + i;
        String question = "question " + i;
        turns.add(CompletableFuture.runAsync(() -> llm.conversation(id).say(question), threads));
      }
      CompletableFuture.allOf(turns.toArray(CompletableFuture[]::new)).join();
      assertThat(llm.conversation("shared").history()).hasSize(160);
      assertThat(journal.list().join()).hasSize(81);
      assertThat(journal.verifyAll()).allMatch(check -> check.problems().isEmpty());
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void twoJournalsTakeTurnsInOneConversation() {
    Conversations patient = Conversations.standard().withTurnPatience(Duration.ofMinutes(1));
    try (FileJournal one = FileJournal.at(directory);
        FileJournal other = FileJournal.at(directory)) {
      List<Conversation> chats =
          Stream.of(one, other)
              .map(j -> builder(j, "a").conversations(patient).build().conversation("c"))
              .toList();
      IntStream.range(0, 20).forEach(i -> chats.get(i % 2).say("question " + i));
      assertThat(chats.get(0).history()).hasSize(40);
      assertThat(chats.get(1).history()).isEqualTo(chats.get(0).history());
    }
  }

  @Test
  void aDirectoryThatVanishesIsAClearErrorOrMissedByNobody() throws IOException {
    Path inner = directory.resolve("inner");
    try (FileJournal journal = FileJournal.at(inner)) {
      Conversation strict = client(journal, "a").conversation("strict");
      Conversation lenient =
          builder(journal, "a")
              .conversations(
                  Conversations.standard().withJournalFailure(WhenJournalFails.GO_ON_UNDURABLE))
              .build()
              .conversation("lenient");
      strict.say("one");
      lenient.say("one");
      deleteAll(inner);
      Files.writeString(inner, "a file in the directory's place");

      assertThatThrownBy(() -> strict.say("two"))
          .isInstanceOfSatisfying(
              LlmException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.JOURNAL_FAILED));
      assertThat(lenient.say("two").durable()).isFalse();
      assertThat(lenient.history()).hasSize(4);
    }
  }

  @Test
  void aDirectoryThatIsReadOnlyIsAClearErrorBeforeAnythingIsSent() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-xr-xr-x"));
    assumeFalse(Files.isWritable(directory), "this user (root?) may write into any directory");
    try (FileJournal journal = FileJournal.at(directory)) {
      ScriptedProvider vendor = ScriptedProvider.of("v", Time.system(), answer("a"));
      Conversation chat = ResilientLlm.with(vendor).journal(journal).build().conversation("c");
      assertThatThrownBy(() -> chat.say("one"))
          .isInstanceOf(LlmException.class)
          .hasMessageContaining(directory.toString());
      assertThat(vendor.attempts()).isZero();
    } finally {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void withEveryEventKeptAPieceIsInTheFileBeforeItIsShown() {
    try (FileJournal journal =
        FileJournal.builder(directory).sync(FileJournal.Sync.everyEvent()).build()) {
      ScriptedProvider vendor =
          ScriptedProvider.of("v", Time.system(), script().says("one ").says("two").done());
      Conversation chat = ResilientLlm.with(vendor).journal(journal).build().conversation("c");
      try (ChatStream stream = chat.stream("count")) {
        String shown = "";
        for (ChatEvent event : stream) {
          if (event instanceof ChatEvent.TextDelta delta) {
            shown += delta.text();
            assertThat(kept(journal)).isEqualTo(shown);
          }
        }
      }
    }
  }

  private static String kept(FileJournal journal) {
    StringBuilder text = new StringBuilder();
    journal.read("c").join().stream()
        .filter(entry -> entry.kind() == Kind.PROGRESS)
        .forEach(entry -> text.append(entry.body(), 9, entry.body().length() - 2));
    return text.toString();
  }

  private void damage(String from, String to) throws IOException {
    damage(from, to, 1);
  }

  private void damage(String from, String to, int occurrence) throws IOException {
    Path file = directory.resolve("c-c.jsonl");
    String text = Files.readString(file);
    int at = -1;
    for (int i = 0; i < occurrence; i++) {
      at = text.indexOf(from, at + 1);
    }
    assertThat(at).as(from).isPositive();
    Files.writeString(file, text.substring(0, at) + to + text.substring(at + from.length()));
  }

  private static void deleteAll(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static ResilientLlm client(Journal journal, String text) {
    return builder(journal, text).build();
  }

  private static ResilientLlm.Builder builder(Journal journal, String text) {
    ScriptedProvider vendor = ScriptedProvider.of("v", Time.system(), answer(text));
    return ResilientLlm.with(vendor).journal(journal);
  }
}
