package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.answerAfter;
import static io.github.resilientllm.testing.Script.calls;
import static io.github.resilientllm.testing.Script.fail;
import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatResponse;
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
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A conversation when the user's own code throws, other processes write, or vendors misbehave. */
class ConversationMishapTest {
  private static final Conversations UNDURABLE =
      Conversations.standard().withJournalFailure(WhenJournalFails.GO_ON_UNDURABLE);
  private static final ToolCall ONE = new ToolCall("1", "one", "{}");
  private static final ToolCall TWO = new ToolCall("2", "two", "{}");

  private final VirtualTime time = new VirtualTime();
  private final FailingJournal journal = new FailingJournal();
  private final List<CallEvent> events = new ArrayList<>();

  @ParameterizedTest
  @EnumSource(Face.class)
  void aRedactorThatThrowsAtTheQuestionLeavesNoTraceOfIt(Face face) throws Exception {
    Conversation chat =
        with(redacting("secret"), vendor(answer("a1"), answer("a2"))).conversation("c");
    time.run(
        () -> {
          assertThat(Talk.say(face, chat, "secret", time).error())
              .hasStackTraceContaining("cannot redact");
          assertThat(chat.unanswered()).isEmpty();
          assertThat(chat.say("open").text()).isEqualTo("a1");
        });
    assertSameAfterRestart(chat);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aRedactorThatThrowsAtTheAnswerOrAfterAFailureGivesTheConversationFree(Face face)
      throws Exception {
    ScriptedProvider vendor =
        vendor(
            answer("secret"),
            script().says("half a secret ").fails(ErrorKind.INVALID_REQUEST),
            answer("a2"));
    Conversation chat = with(redacting("secret"), vendor).conversation("c");
    time.run(
        () -> {
          assertThat(Talk.say(face, chat, "q1", time).error())
              .hasStackTraceContaining("cannot redact");
          assertThat(chat.state()).isEqualTo(ConversationState.QUESTION_PENDING);
          Talk.say(face, chat, "q2", time);
          assertThat(chat.say("q3").text()).isEqualTo("a2");
        });
    assertSameAfterRestart(chat);
  }

  @Test
  void whatIsAskedForIsCheckedBeforeTheQuestionIsKept() throws Exception {
    ResilientLlm llm = with(Conversations.standard(), vendor(answer("a1")));
    Conversation wrong = llm.conversation("c").asking(request -> request.temperature(7));
    Conversation meddling = llm.conversation("c").asking(request -> request.user("and this"));
    time.run(
        () -> {
          assertThatThrownBy(() -> wrong.say("q")).hasMessageContaining("temperature");
          assertThatThrownBy(() -> meddling.say("q")).hasMessageContaining("adds messages");
          assertThat(wrong.unanswered()).isEmpty();
        });
    assertThat(journal.kept().read("c").join()).isEmpty();
  }

  @Test
  void turnsOfAnotherProcessAreNotOverwrittenByThoseThatCouldNotBeKept() throws Exception {
    ScriptedProvider vendor = vendor(answer("a"));
    Conversation chat = with(UNDURABLE, vendor).conversation("c");
    Conversation elsewhere = with(Conversations.standard(), vendor).conversation("c");
    time.run(
        () -> {
          chat.say("q1");
          journal.failAt(Kind.ASKED);
          assertThat(chat.say("q2").durable()).isFalse();
          journal.works();
          elsewhere.say("theirs");
          assertThat(chat.say("q3").durable()).isFalse();
          assertThat(events.toString()).contains("another process went on");
          assertThat(chat.export()).contains("q1", "q2", "q3").doesNotContain("theirs");
        });
    assertThat(with(Conversations.standard(), vendor).conversation("c").export())
        .contains("q1", "theirs")
        .doesNotContain("q2", "q3");
  }

  @Test
  void aTurnThatGoesOnWithoutItsJournalKeepsItsConversationFromBeingDeleted() throws Exception {
    Conversation chat =
        with(UNDURABLE, vendor(answer("a1"), script().says("a").says("2").done()))
            .conversation("c");
    time.run(
        () -> {
          chat.say("q1");
          journal.failAt(Kind.ASKED);
          try (ChatStream stream = chat.stream("q2")) {
            Iterator<ChatEvent> pieces = stream.iterator();
            pieces.next();
            assertThatThrownBy(chat::delete)
                .isInstanceOfSatisfying(
                    JournalException.class,
                    e -> assertThat(e.reason()).isEqualTo(JournalException.Reason.BUSY));
            pieces.forEachRemaining(piece -> {});
          }
          assertThat(chat.history()).hasSize(4);
          journal.works();
          assertThat(chat.delete()).isTrue();
          assertThat(chat.history()).isEmpty();
        });
  }

  @Test
  void whatAnotherWriterAddsNeedNotBeUnderstood() throws Exception {
    Conversation chat =
        with(Conversations.standard(), vendor(answer("a1"), answer("a2"))).conversation("c");
    String[] bodies = {
      "{\"id\":12345678901234567890}",
      "{\"of\":" + "[".repeat(100) + "]".repeat(100) + "}",
      "{not JSON"
    };
    time.run(
        () -> {
          chat.say("q1");
          try (Journal.Log log = journal.kept().open("c").join()) {
            for (String body : bodies) {
              long next = log.lastSequence() + 1;
              log.append(
                      JournalEntry.other(
                          next, Instant.EPOCH, "com.example.rating", ConversationState.IDLE, body))
                  .join();
            }
          }
          assertThat(chat.say("q2").text()).isEqualTo("a2");
        });
    assertThat(chat.history()).hasSize(4);
    assertSameAfterRestart(chat);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void whoFindsAnOpenQuestionThatAnotherTurnThenAnswersResumesNothing(Face face) throws Exception {
    Conversations patient = Conversations.standard().withTurnPatience(Duration.ofMinutes(1));
    ScriptedProvider vendor =
        vendor(fail(ErrorKind.INVALID_REQUEST), answerAfter(Duration.ofSeconds(20), "a"));
    Conversation chat = with(patient, vendor).conversation("c");
    Conversation elsewhere = with(patient, vendor).conversation("c");
    time.run(
        () -> {
          Talk.say(face, chat, "q", time);
          CompletableFuture<ChatResponse> resumed = chat.resumeAsync(Conversation.Resume.ASK_AGAIN);
          time.pass(Duration.ofSeconds(1));
          assertThat(chat.resumeIfOpen()).isEmpty();
          assertThat(resumed.join().text()).isEqualTo("a");
        });
    assertThat(vendor.attempts()).isEqualTo(2);
    assertThat(elsewhere.history()).hasSize(2);
  }

  @Test
  void aConversationThatBeganWithoutItsJournalIsKeptWhenThatWorks() throws Exception {
    ScriptedProvider vendor = vendor(answer("a1"), answer("a2"), answer("a3"), answer("a4"));
    Conversation chat = with(UNDURABLE, vendor).conversation("c").instructed("Be brief.");
    time.run(
        () -> {
          journal.failAt(Kind.ASKED);
          assertThat(chat.say("q1").durable()).isFalse();
          assertThat(chat.say("q2").durable()).isFalse();
          assertThat(chat.history()).hasSize(4);
          journal.works();
          assertThat(chat.say("q3").durable()).isTrue();
          assertThat(chat.say(TurnKey.of("k4"), "q4").durable()).isTrue();
        });
    assertThat(vendor.requests().get(2).messages())
        .containsSubsequence(Message.user("q1"), Message.user("q2"), Message.user("q3"));
    assertThat(chat.history()).hasSize(8);
    assertSameAfterRestart(chat);
  }

  @Test
  void aConversationThatAnotherProcessBeganMeanwhileIsNotForgotten() throws Exception {
    ScriptedProvider vendor = vendor(answer("a"));
    Conversation chat = with(UNDURABLE, vendor).conversation("c");
    time.run(
        () -> {
          journal.failAt(Kind.ASKED);
          chat.say("q1");
          journal.works();
          with(Conversations.standard(), vendor).conversation("c").say("theirs");
          assertThat(chat.say("q2").durable()).isFalse();
          assertThat(events.toString()).contains("another process went on");
          assertThat(chat.export()).contains("q1", "q2").doesNotContain("theirs");
          assertThat(chat.dropUnsaved()).isPositive();
          assertThat(chat.export()).contains("theirs");
        });
  }

  @Test
  void whatIsSavedAfterAllIsNoLongerCountedAgainstWhatMayBeKeptInMemory() throws Exception {
    Conversations policy =
        UNDURABLE.withMemoryBytes(1 << 20).withJournalPatience(Duration.ofHours(1));
    ResilientLlm llm = with(policy, vendor(answer("a")));
    time.run(
        () -> {
          for (String id : List.of("1", "2", "3")) {
            journal.hold(Kind.ASKED);
            Face.End end = Talk.say(Face.BLOCKING, llm.conversation(id), "x".repeat(300_000), time);
            assertThat(end.error()).as("the disk hangs until the deadline").isNotNull();
            journal.letGo();
          }
          Conversation chat = llm.conversation("c");
          chat.say("q1");
          journal.failToOpen();
          assertThat(chat.say("q2").durable()).isFalse();
        });
  }

  @Test
  void aPieceThatIsRefusedCostsNeitherTheAnswerNorItsDurability() throws Exception {
    for (Conversations policy : List.of(UNDURABLE, Conversations.standard())) {
      Conversation chat =
          with(policy, vendor(answer("a1"))).conversation("c " + policy.whenJournalFails());
      time.run(
          () -> {
            journal.refuse(Kind.PROGRESS);
            assertThat(chat.say("q1").durable()).isTrue();
          });
      assertThat(chat.history()).hasSize(2);
    }
  }

  @Test
  void aConversationThatGoesOnUndurableOutlivesAFailedCall() throws Exception {
    ScriptedProvider vendor = vendor(answer("a1"), fail(ErrorKind.INVALID_REQUEST), answer("a3"));
    Conversation chat = with(UNDURABLE, vendor).conversation("c");
    time.run(
        () -> {
          chat.say("q1");
          journal.failAt(Kind.ATTEMPT);
          Talk.say(Face.BLOCKING, chat, "q2", time);
          journal.failToOpen();
          assertThat(chat.say("q3").durable()).isFalse();
          journal.works();
          assertThat(chat.say("q4").durable()).isTrue();
        });
    assertThat(chat.history()).hasSize(6);
    assertSameAfterRestart(chat);
  }

  @Test
  void anAnswerThatWasNotKeptIsNotSaidToBeWhenItIsAskedForAgain() throws Exception {
    Conversation chat = with(UNDURABLE, vendor(answer("a1"))).conversation("c");
    time.run(
        () -> {
          journal.failAt(Kind.ANSWERED);
          assertThat(chat.say(TurnKey.of("k"), "q").durable()).isFalse();
          journal.failToOpen();
          assertThat(chat.say(TurnKey.of("k"), "q").durable()).isFalse();
          journal.works();
          assertThat(chat.say(TurnKey.of("k"), "q").durable()).isTrue();
        });
  }

  @Test
  void anAnswerThatCallsToolsIsFoundAgainByItsKey() throws Exception {
    ScriptedProvider vendor = vendor(calls(ONE), answer("done"));
    ResilientLlm llm = with(Conversations.standard(), vendor);
    time.run(
        () -> {
          assertThat(llm.conversation("c").say(TurnKey.of("k"), "q").toolCalls())
              .containsExactly(ONE);
          assertThat(llm.conversation("c").say(TurnKey.of("k"), "q").toolCalls())
              .containsExactly(ONE);
          Conversation running = llm.conversation("c").runningTools(ConversationMishapTest::run);
          assertThat(running.say(TurnKey.of("k"), "q").text()).isEqualTo("done");
          assertThat(running.say(TurnKey.of("k"), "q").text()).isEqualTo("done");
        });
    assertThat(vendor.attempts()).isEqualTo(2);
  }

  @Test
  void toolCallsThatShareAnIdAreToldApart() throws Exception {
    ScriptedProvider vendor = vendor(calls(ONE, new ToolCall("1", "two", "{}")), answer("done"));
    List<String> ran = new ArrayList<>();
    Conversation chat =
        with(Conversations.standard(), vendor)
            .conversation("c")
            .runningTools(
                call -> {
                  ran.add(call.name() + " " + call.id());
                  return run(call);
                });
    time.run(() -> assertThat(chat.say("q").text()).isEqualTo("done"));
    assertThat(ran).containsExactly("one 1", "two 1-2");
    assertSameAfterRestart(chat);
  }

  @Test
  void twoResultsOfOneCallAreRefused() throws Exception {
    Conversation chat = with(Conversations.standard(), vendor(calls(ONE, TWO))).conversation("c");
    time.run(
        () -> {
          chat.say("q");
          ToolResult result = ToolResult.of("1", "x");
          assertThatThrownBy(() -> chat.say(Message.tool(result, result)))
              .hasMessage("Two results of the tool call 1");
          chat.keep(result);
          assertThatThrownBy(() -> chat.keep(result)).hasMessageContaining("No tool call waits");
        });
  }

  @Test
  void aStreamThatIsClosedWhileAToolRunsRunsNoOther() throws Exception {
    ChatStream[] stream = {null};
    List<String> ran = new ArrayList<>();
    Conversation chat =
        with(Conversations.standard(), vendor(calls(ONE, TWO)))
            .conversation("c")
            .runningTools(
                call -> {
                  ran.add(call.name());
                  stream[0].close();
                  return run(call);
                });
    time.run(
        () -> {
          stream[0] = chat.stream("q");
          assertThatThrownBy(() -> stream[0].response())
              .isInstanceOfSatisfying(
                  LlmException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CANCELLED));
        });
    assertThat(ran).containsExactly("one");
    assertThat(chat.unanswered().orElseThrow().pendingTools()).containsExactly(TWO);
  }

  @Test
  void aThreadThatGivesUpWaitingWakesTheNext() throws Exception {
    Conversations patient = Conversations.standard().withTurnPatience(Duration.ofSeconds(30));
    ScriptedProvider vendor =
        vendor(Script.answerAfter(Duration.ofSeconds(10), "a1"), answer("a2"), answer("a3"));
    Conversation chat = with(patient, vendor).conversation("c");
    List<String> answers = new ArrayList<>();
    time.run(
        () -> {
          time.execute(() -> answers.add(chat.say("q1").text()));
          time.park(time.nanos() + 1_000_000);
          ChatStream givesUp = chat.stream("q2");
          time.execute(
              () -> assertThatThrownBy(() -> givesUp.response()).isInstanceOf(LlmException.class));
          time.park(time.nanos() + 1_000_000);
          time.execute(() -> answers.add(chat.say("q3").text()));
          time.park(time.nanos() + 1_000_000);
          givesUp.close();
        });
    assertThat(answers).containsExactly("a1", "a2");
    assertThat(Duration.ofNanos(time.nanos()).toSeconds()).isEqualTo(10);
  }

  @Test
  void aStreamThatNobodyReadsOnIsEndedByItsDeadlineAndTheConversationIsFree() throws Exception {
    Conversation chat =
        with(Conversations.standard(), vendor(script().says("It ").stalls(), answer("a2")))
            .conversation("c");
    time.run(
        () -> {
          Iterator<ChatEvent> forgotten = chat.stream("q1").iterator();
          forgotten.next();
          time.park(Duration.ofMinutes(3).toNanos());
          assertThat(chat.unanswered().orElseThrow().failure())
              .contains(ErrorKind.DEADLINE_EXCEEDED);
          assertThat(chat.say("q2").text()).isEqualTo("a2");
        });
  }

  @Test
  void aConversationThatWasForgottenForOthersIsReadAgain() throws Exception {
    ScriptedProvider vendor = vendor(answer("a"));
    ResilientLlm llm = with(Conversations.standard(), vendor);
    time.run(
        () -> {
          for (int i = 0; i < 300; i++) {
            llm.conversation("c" + i).say("q");
          }
          llm.conversation("c0").say("q");
          assertThat(llm.conversation("c0").history()).hasSize(4);
        });
  }

  @Test
  void aListingAndANewProcessSeeTheStateThatMemoryHasAfterEveryStep() throws Exception {
    ScriptedProvider vendor =
        vendor(
            calls(ONE, TWO),
            fail(ErrorKind.INVALID_REQUEST),
            script().says("half ").fails(ErrorKind.INVALID_REQUEST),
            answer("done"),
            fail(ErrorKind.INVALID_REQUEST));
    Conversations policy = Conversations.standard();
    ResilientLlm llm =
        VirtualClient.with(time, vendor)
            .journal(journal)
            .conversations(policy)
            .fallbackPolicy(Fallback.standard().withMidStream(Fallback.MidStream.FAIL))
            .build();
    Conversation chat = llm.conversation("c").instructed("Be brief.");
    List<ConversationState> seen = new ArrayList<>();
    time.run(
        () -> {
          for (Runnable step :
              List.<Runnable>of(
                  () -> chat.say("q1"),
                  () -> chat.keep(ToolResult.of("1", "x")),
                  () -> Talk.say(Face.STREAM, chat, Message.tool(ToolResult.of("2", "y")), time),
                  () -> Talk.resume(Face.STREAM, chat, Conversation.Resume.ASK_AGAIN, time),
                  () -> Talk.resume(Face.STREAM, chat, Conversation.Resume.GO_ON, time),
                  () -> Talk.say(Face.STREAM, chat, "q2", time),
                  chat::discard)) {
            step.run();
            seen.add(chat.state());
            assertThat(journal.list().join().get(0).state()).isEqualTo(chat.state());
            assertSameAfterRestart(chat);
          }
        });
    assertThat(seen)
        .containsExactly(
            ConversationState.TOOL_PENDING,
            ConversationState.TOOL_PENDING,
            ConversationState.QUESTION_PENDING,
            ConversationState.STREAM_INTERRUPTED,
            ConversationState.IDLE,
            ConversationState.QUESTION_PENDING,
            ConversationState.IDLE);
  }

  /** What memory holds is what a new process reads. */
  private void assertSameAfterRestart(Conversation chat) {
    Conversation read = with(Conversations.standard(), vendor(answer("x"))).conversation(chat.id());
    assertThat(read.export()).isEqualTo(chat.export());
  }

  private static Conversations redacting(String what) {
    return Conversations.standard()
        .withRedactor(
            text -> {
              if (text.contains(what)) {
                throw new IllegalStateException("cannot redact");
              }
              return text;
            });
  }

  private static ToolResult run(ToolCall call) {
    return ToolResult.of(call.id(), "ran " + call.name());
  }

  private ScriptedProvider vendor(Script... scripts) {
    return ScriptedProvider.of("v", time, scripts);
  }

  private ResilientLlm with(Conversations policy, ScriptedProvider vendor) {
    return VirtualClient.with(time, vendor)
        .journal(journal)
        .conversations(policy)
        .listener(events::add)
        .build();
  }
}
