package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.answerAfter;
import static io.github.resilientllm.testing.Script.calls;
import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.policy.Conversations;
import io.github.resilientllm.policy.Conversations.WhenJournalFails;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Looking disturbs nobody, tools take their time, and a journal has a patience of its own. */
@SuppressWarnings("try") // some logs are only held
class ConversationUndisturbedTest {
  private static final ToolCall LOOK_UP = new ToolCall("1", "lookUp", "{}");

  private final VirtualTime time = new VirtualTime();
  private final MemoryJournal memory = new MemoryJournal();
  private final CountingJournal counting = new CountingJournal(memory);
  private final FailingJournal failing = new FailingJournal();

  @ParameterizedTest
  @EnumSource(Face.class)
  void aToolMayTakeLongerThanACall(Face face) throws Exception {
    Conversation chat =
        client(memory, calls(LOOK_UP), answer("found"))
            .conversation("c")
            .runningTools(call -> looksUpFor(Duration.ofHours(1), call));
    time.run(() -> assertThat(Talk.say(face, chat, "q", time).text()).isEqualTo("found"));
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aToolOfAResumedTurnMayAsWell(Face face) throws Exception {
    Conversation without = client(memory, calls(LOOK_UP)).conversation("c");
    Conversation chat =
        client(memory, answerAfter(Duration.ofSeconds(20), "found"))
            .conversation("c")
            .runningTools(call -> looksUpFor(Duration.ofMinutes(10), call));
    time.run(
        () -> {
          without.say("q");
          assertThat(Talk.resume(face, chat, Conversation.Resume.ASK_AGAIN, time).text())
              .isEqualTo("found");
        });
  }

  private ToolResult looksUpFor(Duration duration, ToolCall call) {
    time.pass(duration);
    return ToolResult.of(call.id(), "42");
  }

  @Test
  void noToolRunsWhenAnotherWriterHasTakenOver() throws Exception {
    Conversation chat =
        client(counting, calls(LOOK_UP), answer("found"))
            .conversation("c")
            .runningTools(
                call -> {
                  throw new AssertionError("it ran");
                });
    counting.isLost = true;
    time.run(
        () ->
            assertThatThrownBy(() -> chat.say("q"))
                .isInstanceOfSatisfying(
                    LlmException.class,
                    e -> assertThat(e.kind()).isEqualTo(ErrorKind.JOURNAL_FAILED))
                .hasMessageContaining("taken over"));
  }

  @Test
  void noToolRunsWhenAnotherWriterTakesOverWhileTheModelAnswers() throws Exception {
    ScriptedProvider vendor =
        new ScriptedProvider(
            "v",
            time,
            n -> {
              counting.isLost = true;
              return calls(LOOK_UP);
            });
    Conversation chat =
        VirtualClient.with(time, vendor)
            .journal(counting)
            .build()
            .conversation("c")
            .runningTools(
                call -> {
                  throw new AssertionError("it ran");
                });
    time.run(
        () ->
            assertThatThrownBy(() -> chat.say("q"))
                .isInstanceOf(LlmException.class)
                .hasMessageContaining("taken over"));
  }

  @Test
  void lookingTakesNothingEvenWhileAnotherWriterHasTheConversation() throws Exception {
    Conversation chat = client(counting, answer("a1")).conversation("c");
    time.run(() -> chat.say("q1"));
    int opened = counting.opened;
    Conversation elsewhere = client(counting, answer("a2")).conversation("c");
    try (Journal.Log log = memory.open("c").join()) {
      for (Conversation each : List.of(chat, elsewhere)) {
        assertThat(each.state()).isEqualTo(ConversationState.IDLE);
        assertThat(each.history()).hasSize(2);
        assertThat(each.unanswered()).isEmpty();
        assertThat(each.export()).contains("a1");
        assertThat(each.instructions()).isEmpty();
      }
      assertThat(counting.opened).as("nobody asked for the right to write").isEqualTo(opened);
    }
  }

  @Test
  void whoLooksSeesWhatAnotherProcessSaid() throws Exception {
    Conversation here = client(memory, answer("a1")).conversation("c");
    Conversation there = client(memory, answer("a2")).conversation("c");
    time.run(
        () -> {
          here.say("q1");
          there.say("q2");
        });
    assertThat(here.history()).hasSize(4).isEqualTo(there.history());
    time.run(there::delete);
    assertThat(here.history()).isEmpty();
  }

  @Test
  void anAnsweredKeyNeedsNeitherTheFloorNorAJournalThatTakesMore() throws Exception {
    time.run(() -> client(failing, answer("a1")).conversation("c").say(TurnKey.of("key"), "q1"));
    Conversation later = client(failing, answer("a2")).conversation("c");
    Journal.Log held = failing.kept().open("c").join();
    time.run(() -> assertThat(later.say(TurnKey.of("key"), "q1").text()).isEqualTo("a1"));
    held.close();
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aBusyConversationHasAKindOfItsOwn(Face face) throws Exception {
    Conversation chat = client(memory, answer("a1")).conversation("c");
    Journal.Log held = memory.open("c").join();
    time.run(
        () -> {
          LlmException busy = Talk.say(face, chat, "q", time).error();
          assertThat(busy.kind()).isEqualTo(ErrorKind.CONVERSATION_BUSY);
          assertThat(busy.getCause().getCause()).isInstanceOf(JournalException.class);
        });
    held.close();
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aReadingThatHangsIsNotWaitedForPastTheDeadline(Face face) throws Exception {
    time.run(() -> client(memory, answer("a1")).conversation("c").say("q1"));
    counting.hangsReading = true;
    Conversation cold = client(counting, answer("a2")).conversation("c");
    Duration before = time.elapsed();
    time.run(
        () -> {
          assertThat(Talk.say(face, cold, "q2", time).error().kind())
              .isEqualTo(ErrorKind.DEADLINE_EXCEEDED);
          assertThat(time.elapsed().minus(before)).isEqualTo(Duration.ofMinutes(2));
        });
  }

  @Test
  void aReadingThatHangsIsInterrupted() throws Exception {
    time.run(() -> client(memory, answer("a1")).conversation("c").say("q1"));
    counting.hangsReading = true;
    Conversation cold = client(counting, answer("a2")).conversation("c");
    Thread caller = Thread.currentThread();
    time.run(
        () -> {
          time.execute(
              () -> {
                time.pass(Duration.ofMillis(300));
                time.interrupt(caller);
              });
          Duration before = time.elapsed();
          assertThatThrownBy(() -> cold.say("q2"))
              .isInstanceOfSatisfying(
                  LlmException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CANCELLED));
          assertThat(Thread.interrupted()).isTrue();
          assertThat(time.elapsed().minus(before)).isEqualTo(Duration.ofMillis(300));
        });
  }

  @Test
  void aConversationGoesOnWithoutAJournalThatHangs() throws Exception {
    Conversations policy = undurable().withJournalPatience(Duration.ofSeconds(1));
    Conversation chat = client(failing, policy, answer("a1")).conversation("c");
    time.run(
        () -> {
          failing.hang();
          assertThat(chat.say("q1").durable()).isFalse();
          assertThat(time.elapsed()).isLessThan(Duration.ofSeconds(3));
        });
  }

  @Test
  void anAnswerThatIsTooLargeForTheJournalDoesNotPoisonTheNextTurns() throws Exception {
    MemoryJournal small = new MemoryJournal(2000);
    Conversation chat =
        client(small, undurable(), answer("x".repeat(4000)), answer("a2"), answer("a3"))
            .conversation("c");
    time.run(
        () -> {
          assertThat(chat.say("q1").durable()).isFalse();
          assertThat(chat.say("q2").durable()).isTrue();
          assertThat(chat.say("q3").durable()).isTrue();
        });
    assertThat(chat.history()).as("its turn was given up").hasSize(4);
  }

  @Test
  void aQuestionThatIsTooLargeIsTheCallersToShorten() throws Exception {
    MemoryJournal small = new MemoryJournal(1000);
    Conversation chat = client(small, undurable(), answer("a1")).conversation("c");
    time.run(
        () -> {
          assertThatThrownBy(() -> chat.say("x".repeat(4000)))
              .isInstanceOf(LlmException.class)
              .hasMessageContaining("characters at most");
          assertThat(chat.unanswered()).isEmpty();
          assertThat(chat.say("q").durable()).isTrue();
        });
  }

  @Test
  void whatDivergedIsDroppedOnRequest() throws Exception {
    Conversation chat =
        client(failing, undurable(), answer("a1"), answer("a2"), answer("a3"), answer("a4"))
            .conversation("c");
    Conversation elsewhere = client(failing, answer("theirs")).conversation("c");
    time.run(
        () -> {
          chat.say("q1");
          failing.failAt(Kind.ASKED);
          chat.say("q2");
          failing.works();
          elsewhere.say("their question");
          assertThat(chat.say("q3").durable()).isFalse();
          assertThat(chat.dropUnsaved()).isPositive();
          assertThat(chat.dropUnsaved()).isZero();
          assertThat(chat.say("q4").durable()).isTrue();
        });
    assertThat(chat.export()).contains("their question", "q4").doesNotContain("q2", "q3");
  }

  @Test
  void threeHundredConversationsInUseAreNotReadAgainEveryTurn() throws Exception {
    Script[] answers = new Script[600];
    Arrays.fill(answers, answer("a"));
    ResilientLlm llm = client(counting, answers);
    time.run(
        () -> {
          for (int turn = 0; turn < 2; turn++) {
            for (int i = 0; i < 300; i++) {
              llm.conversation("c" + i).say("q");
            }
          }
        });
    assertThat(counting.readByWriters).isZero();
  }

  @Test
  void historiesTakeNoMoreMemoryThanTheyMay() throws Exception {
    Conversations policy = Conversations.standard().withMemoryBytes(1 << 20);
    ResilientLlm llm = client(counting, policy, answer("a"), answer("a"), answer("a"), answer("a"));
    time.run(
        () -> {
          llm.conversation("large 1").say("x".repeat(300_000));
          llm.conversation("large 2").say("x".repeat(300_000));
          assertThat(counting.readByWriters).isZero();
          llm.conversation("large 2").say("more");
          assertThat(counting.readByWriters).as("the last one used is kept").isZero();
          llm.conversation("large 1").say("more");
          assertThat(counting.readByWriters).as("the other is not").isEqualTo(1);
        });
  }

  @Test
  void whatWasOnlyNamedTakesItsShareOfTheMemoryAndWhatIsDeletedNone() throws Exception {
    Conversations policy = Conversations.standard().withMemoryBytes(1 << 20);
    ResilientLlm llm = client(counting, policy, answer("a"), answer("a"), answer("a"));
    time.run(
        () -> {
          llm.conversation("c").say("q1");
          for (int i = 0; i < 2000; i++) {
            assertThat(llm.conversation("deleted " + i).delete()).isFalse();
          }
          llm.conversation("c").say("q2");
          assertThat(counting.readByWriters).isZero();
          for (int i = 0; i < 2000; i++) {
            llm.conversation("unread " + i).stream("q").close();
          }
          llm.conversation("c").say("q3");
          assertThat(counting.readByWriters).as("who was used longest ago has gone").isEqualTo(1);
        });
  }

  @Test
  void whoLooksWhileATurnFailsDoesNotMakeItKnownAfterAll() throws Exception {
    CompletableFuture<Void> held = new CompletableFuture<>();
    boolean[] holds = {false};
    Journal slow =
        new PassingJournal(memory) {
          @Override
          public CompletableFuture<Optional<Head>> head(String conversation) {
            CompletableFuture<Optional<Head>> head = super.head(conversation);
            return holds[0] ? held.thenCompose(go -> head) : head;
          }
        };
    Conversation chat = client(slow, answer("a1"), answer("a2")).conversation("c");
    Conversation brief = chat.instructed("Be brief.");
    time.run(
        () -> {
          chat.say("q1");
          holds[0] = true;
          time.execute(chat::state);
          time.pass(Duration.ofSeconds(1));
          assertThatThrownBy(() -> brief.asking(request -> request.user("and this")).say("q"))
              .hasMessageContaining("adds messages");
          holds[0] = false;
          held.complete(null);
          time.pass(Duration.ofSeconds(1));
          brief.say("q2");
        });
    assertThat(memory.read("c").join())
        .extracting(JournalEntry::kind)
        .containsOnlyOnce(Kind.SYSTEM);
  }

  @Test
  void closingAStreamDoesNotMakeTheNextTurnReadEverything() throws Exception {
    FailingJournal slow = new FailingJournal();
    CountingJournal counted = new CountingJournal(slow);
    Conversation chat =
        client(
                counted,
                answer("a1"),
                script().says("half ").says("an answer").stalls(),
                answer("a3"))
            .conversation("c");
    time.run(
        () -> {
          chat.say("q1");
          slow.holdProgress();
          try (ChatStream stream = chat.stream("q2")) {
            Iterator<ChatEvent> pieces = stream.iterator();
            pieces.next();
            pieces.next();
          }
          slow.letGo();
          chat.say("q3");
        });
    assertThat(counted.readByWriters).isZero();
  }

  @Test
  void aNameThatIsStreamedInPiecesIsRedactedAsAWhole() throws Exception {
    Conversations policy =
        Conversations.standard().withRedactor(text -> text.replace("Dr. Smith", "[name]"));
    assertThat(streamed(policy)).isEmpty();
    Conversations cut =
        Conversations.standard()
            .withRedactor(
                text -> text.replace("Dr. Smith", "[name]"), text -> text.lastIndexOf('\n') + 1);
    assertThat(streamed(cut)).containsExactly("{\"text\":\"Ask [name].\\n\"}");
  }

  private List<String> streamed(Conversations policy) throws Exception {
    Conversation chat =
        client(memory, policy, script().says("Ask Dr.").says(" Smith.\n").says("Dr.").stalls())
            .conversation("c" + policy.redactableUpTo().isPresent());
    time.run(
        () -> {
          ChatStream stream = chat.stream("q");
          Iterator<ChatEvent> pieces = stream.iterator();
          for (int i = 0; i < 3; i++) {
            pieces.next();
          }
        });
    return memory.read(chat.id()).join().stream()
        .filter(entry -> entry.kind() == Kind.PROGRESS)
        .map(JournalEntry::body)
        .toList();
  }

  @Test
  void instructionsAreKeptTogetherWithTheirQuestion() throws Exception {
    FailingJournal journal = new FailingJournal();
    journal.failAt(Kind.ASKED);
    Conversation chat = client(journal, answer("a1")).conversation("c").instructed("Be brief.");
    time.run(() -> assertThatThrownBy(() -> chat.say("q")).isInstanceOf(LlmException.class));
    assertThat(journal.kept().read("c").join()).isEmpty();
  }

  @Test
  void anotherWritersEntryDisturbsNoTurn() throws Exception {
    Conversation chat = client(memory, answer("a1"), answer("a2")).conversation("c");
    time.run(() -> chat.say("q1"));
    try (Journal.Log log = memory.open("c").join()) {
      log.append(
              JournalEntry.other(
                  log.lastSequence() + 1,
                  Instant.EPOCH,
                  "com.example.rating",
                  ConversationState.IDLE,
                  "{\"stars\":5}"))
          .join();
    }
    time.run(() -> assertThat(chat.say("q2").text()).isEqualTo("a2"));
    assertThat(client(memory, answer("x")).conversation("c").history())
        .startsWith(Message.user("q1"))
        .hasSize(4);
  }

  @Test
  void aTurnsKeyDoesNotResumeAnotherOpenTurn() throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of(
            "v", time, script().says("half").fails(ErrorKind.INVALID_REQUEST), answer("a2"));
    Conversation chat = VirtualClient.with(time, vendor).journal(memory).build().conversation("c");
    time.run(
        () -> {
          assertThatThrownBy(() -> chat.say(TurnKey.of("first"), "q1"))
              .isInstanceOf(LlmException.class);
          assertThat(chat.say(TurnKey.of("second"), "q2").text()).isEqualTo("a2");
        });
    assertThat(vendor.requests().get(1).messages()).containsExactly(Message.user("q2"));
  }

  @Test
  void neitherAnAnswerNorAToolsResultIsHandedOnBeforeItIsKept() throws Exception {
    for (Kind kind : List.of(Kind.ANSWERED, Kind.TOOL_RESULT)) {
      FailingJournal journal = new FailingJournal();
      journal.failAt(kind);
      ScriptedProvider vendor = ScriptedProvider.of("v", time, calls(LOOK_UP), answer("a2"));
      int[] ran = new int[1];
      Conversation chat =
          VirtualClient.with(time, vendor)
              .journal(journal)
              .build()
              .conversation("c")
              .runningTools(
                  call -> {
                    ran[0]++;
                    return ToolResult.of(call.id(), "42");
                  });
      time.run(() -> assertThatThrownBy(() -> chat.say("q")).isInstanceOf(LlmException.class));
      assertThat(ran[0]).isEqualTo(kind == Kind.ANSWERED ? 0 : 1);
      assertThat(vendor.attempts()).isEqualTo(1);
    }
  }

  private static Conversations undurable() {
    return Conversations.standard().withJournalFailure(WhenJournalFails.GO_ON_UNDURABLE);
  }

  private ResilientLlm client(Journal journal, Script... scripts) {
    return client(journal, Conversations.standard(), scripts);
  }

  private ResilientLlm client(Journal journal, Conversations policy, Script... scripts) {
    return VirtualClient.with(time, ScriptedProvider.of("v", time, scripts))
        .journal(journal)
        .conversations(policy)
        .build();
  }
}
