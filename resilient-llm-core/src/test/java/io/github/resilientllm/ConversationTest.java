package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.fail;
import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a conversation remembers, sends and resumes. */
class ConversationTest {
  private final VirtualTime time = new VirtualTime();
  private final MemoryJournal journal = new MemoryJournal();

  @ParameterizedTest
  @EnumSource(Face.class)
  void aQuestionIsSentWithAllThatWasSaidBefore(Face face) throws Exception {
    ScriptedProvider vendor = vendor(answer("three days"), answer("ten euros"));
    Conversation chat = client(vendor).conversation("c").instructed("Be brief.");
    time.run(
        () -> {
          assertThat(say(face, chat, "How long?").text()).isEqualTo("three days");
          assertThat(say(face, chat, "How much?").text()).isEqualTo("ten euros");
        });
    assertThat(vendor.requests().get(1).messages())
        .containsExactly(
            Message.system("Be brief."),
            Message.user("How long?"),
            Message.assistant("three days"),
            Message.user("How much?"));
    assertThat(chat.state()).isEqualTo(ConversationState.IDLE);
    assertThat(chat.unanswered()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void anotherProcessGoesOnWhereThisOneEnded(Face face) throws Exception {
    time.run(() -> say(face, client(vendor(answer("three days"))).conversation("c"), "How long?"));
    ScriptedProvider later = vendor(answer("ten euros"));
    Conversation chat = client(later).conversation("c");
    time.run(() -> say(face, chat, "How much?"));
    assertThat(later.requests().get(0).messages())
        .containsExactly(
            Message.user("How long?"), Message.assistant("three days"), Message.user("How much?"));
    assertThat(chat.history()).hasSize(4);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void theQuestionIsKeptBeforeItIsSentAndTheAnswerBeforeItIsSeen(Face face) throws Exception {
    ScriptedProvider vendor =
        new ScriptedProvider(
            "v",
            time,
            n -> {
              assertThat(kinds())
                  .containsExactly(JournalEntry.Kind.ASKED, JournalEntry.Kind.ATTEMPT);
              return answer("three days");
            });
    Conversation chat = client(vendor).conversation("c");
    time.run(
        () -> {
          Face.End end = say(face, chat, "How long?");
          assertThat(end.response().durable()).isTrue();
          assertThat(kinds()).last().isEqualTo(JournalEntry.Kind.ANSWERED);
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aQuestionThatNobodyAnsweredIsKeptAndNotShownAgain(Face face) throws Exception {
    ScriptedProvider vendor = vendor(fail(ErrorKind.INVALID_REQUEST), answer("ten euros"));
    Conversation chat = client(vendor).conversation("c");
    time.run(
        () -> {
          assertThat(say(face, chat, "How long?").error().kind())
              .isEqualTo(ErrorKind.INVALID_REQUEST);
          Conversation.Unanswered open = chat.unanswered().orElseThrow();
          assertThat(open.question()).isEqualTo(Message.user("How long?"));
          assertThat(open.state()).isEqualTo(ConversationState.QUESTION_PENDING);
          assertThat(open.failure()).contains(ErrorKind.INVALID_REQUEST);
          assertThat(open.attempts()).containsExactly("v/m");
          say(face, chat, "How much?");
        });
    assertThat(vendor.requests().get(1).messages()).containsExactly(Message.user("How much?"));
    assertThat(chat.history())
        .containsExactly(Message.user("How much?"), Message.assistant("ten euros"));
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void anOpenQuestionIsAskedAgain(Face face) throws Exception {
    ScriptedProvider vendor = vendor(fail(ErrorKind.INVALID_REQUEST), answer("three days"));
    Conversation chat = client(vendor).conversation("c");
    time.run(
        () -> {
          say(face, chat, "How long?");
          Face.End end = Talk.resume(face, chat, Conversation.Resume.ASK_AGAIN, time);
          assertThat(end.text()).isEqualTo("three days");
        });
    assertThat(vendor.requests().get(1).messages()).containsExactly(Message.user("How long?"));
    assertThat(chat.history()).hasSize(2);
    assertThat(chat.unanswered()).isEmpty();
  }

  @Test
  void whatWasSaidOfAnAnswerOutlivesTheProcess() throws Exception {
    Conversation chat =
        client(vendor(script().says("It takes ").says("three ").stalls())).conversation("c");
    time.run(
        () -> {
          Iterator<ChatEvent> events = chat.stream("How long?").iterator();
          events.next();
          events.next();
          // here the process ends: nobody closes the stream, and nobody gives the floor back
          Conversation.Unanswered open = readAgain().unanswered().orElseThrow();
          assertThat(open.state()).isEqualTo(ConversationState.STREAM_INTERRUPTED);
          assertThat(open.partialText()).isEqualTo("It takes three ");
          assertThat(open.failure()).isEmpty();
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void anInterruptedAnswerGoesOnFromItsPartialText(Face face) throws Exception {
    String half = "From our stock in Hamburg it takes ";
    ScriptedProvider vendor =
        vendor(script().says(half).fails(ErrorKind.NETWORK), answer("three days."));
    Conversation chat =
        builder(vendor)
            .retry(Retry.none())
            .fallbackPolicy(Fallback.standard().withMidStream(Fallback.MidStream.FAIL))
            .build()
            .conversation("c");
    time.run(
        () -> {
          assertThat(say(Face.STREAM, chat, "How long?").error().partialText()).isEqualTo(half);
          Face.End end = Talk.resume(face, chat, Conversation.Resume.GO_ON, time);
          assertThat(end.text()).isEqualTo(half + "three days.");
          assertThat(end.response().seams()).containsExactly(half.length());
          if (face == Face.STREAM) {
            assertThat(end.events().get(0))
                .isEqualTo(new ChatEvent.Continued("v/m", ErrorKind.NETWORK, half.length()));
          }
        });
    assertThat(vendor.requests().get(1).messages())
        .startsWith(Message.user("How long?"), Message.assistant(half));
    assertThat(chat.history())
        .containsExactly(Message.user("How long?"), Message.assistant(half + "three days."));
  }

  @Test
  void askingAgainForgetsThePartialText() throws Exception {
    ScriptedProvider vendor =
        vendor(
            script().says("It takes ").fails(ErrorKind.INVALID_REQUEST),
            script().says("Three ").fails(ErrorKind.INVALID_REQUEST));
    Conversation chat =
        builder(vendor)
            .fallbackPolicy(Fallback.standard().withMidStream(Fallback.MidStream.FAIL))
            .build()
            .conversation("c");
    time.run(
        () -> {
          say(Face.STREAM, chat, "How long?");
          Talk.resume(Face.STREAM, chat, Conversation.Resume.ASK_AGAIN, time);
        });
    assertThat(chat.unanswered().orElseThrow().partialText()).isEqualTo("Three ");
    assertThat(readAgain().unanswered().orElseThrow().partialText()).isEqualTo("Three ");
  }

  @Test
  void anAnswerThatBeganAgainIsKeptOnce() throws Exception {
    ScriptedProvider vendor =
        vendor(script().says("It takes ").fails(ErrorKind.NETWORK), answer("Three days."));
    Conversation chat = client(vendor).conversation("c");
    time.run(() -> assertThat(say(Face.STREAM, chat, "How long?").text()).isEqualTo("Three days."));
    assertThat(readAgain().history())
        .containsExactly(Message.user("How long?"), Message.assistant("Three days."));
  }

  @Test
  void aDiscardedQuestionIsNotOpenAndNotShown() throws Exception {
    Conversation chat = client(vendor(fail(ErrorKind.INVALID_REQUEST))).conversation("c");
    time.run(
        () -> {
          say(Face.BLOCKING, chat, "How long?");
          assertThat(chat.discard()).isTrue();
          assertThat(chat.discard()).isFalse();
        });
    assertThat(chat.state()).isEqualTo(ConversationState.IDLE);
    assertThat(readAgain().unanswered()).isEmpty();
    assertThatThrownBy(chat::resume)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Nothing to resume: every question is answered or discarded");
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aQuestionWithAKeyIsAnsweredOnce(Face face) throws Exception {
    ScriptedProvider vendor = vendor(answer("three days"), answer("something else"));
    time.run(
        () -> {
          Conversation chat = client(vendor).conversation("c");
          assertThat(Talk.sayOnce(face, chat, "k", "How long?", time).text())
              .isEqualTo("three days");
          Face.End again = Talk.sayOnce(face, readAgain(), "k", "How long?", time);
          assertThat(again.text()).isEqualTo("three days");
          assertThat(again.response().answeredBy()).isEqualTo("v/m");
          assertThat(again.response().durable()).isTrue();
        });
    assertThat(vendor.attempts()).isEqualTo(1);
  }

  @Test
  void aKeyBelongsToOneQuestion() throws Exception {
    Conversation chat = client(vendor(answer("three days"))).conversation("c");
    time.run(
        () -> {
          chat.say(TurnKey.of("k"), "How long?");
          assertThatThrownBy(() -> chat.say(TurnKey.of("k"), "How much?"))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessage("The turn key \"k\" belongs to another question of this conversation");
          assertThat(chat.say(TurnKey.of("k"), "How long?").text()).isEqualTo("three days");
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aQuestionWithAKeyThatWasNotAnsweredIsAskedAgainAndNotTwice(Face face) throws Exception {
    ScriptedProvider vendor = vendor(fail(ErrorKind.INVALID_REQUEST), answer("three days"));
    Conversation chat = client(vendor).conversation("c");
    time.run(
        () -> {
          Talk.sayOnce(face, chat, "k", "How long?", time);
          Talk.sayOnce(face, chat, "k", "How long?", time);
        });
    assertThat(chat.history())
        .containsExactly(Message.user("How long?"), Message.assistant("three days"));
    assertThat(kinds()).containsOnlyOnce(JournalEntry.Kind.ASKED);
  }

  @Test
  void aConversationNeedsAJournal() {
    ResilientLlm llm = VirtualClient.with(time, vendor(answer("x"))).build();
    assertThatThrownBy(() -> llm.conversation("c"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("journal(FileJournal.at(...))");
  }

  @Test
  void anIdIsAnyTextThatIsNotEmptyOrEndless() {
    ResilientLlm llm = client(vendor(answer("x")));
    assertThat(llm.conversation("../../etc/passwd\u0000").id()).hasSize(17);
    assertThatThrownBy(() -> llm.conversation(""))
        .hasMessage("A conversation's id has 1 to 512 characters, this one has 0");
    assertThatThrownBy(() -> llm.conversation("x".repeat(513)))
        .hasMessageEndingWith("this one has 513");
  }

  @Test
  void onlyAUserOrAToolIsToldOf() {
    Conversation chat = client(vendor(answer("x"))).conversation("c");
    assertThatThrownBy(() -> chat.say(Message.assistant("I said")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("not ASSISTANT");
    assertThat(chat.unanswered()).isEmpty();
    assertThat(chat.say("still free").text()).isEqualTo("x");
  }

  @Test
  void requestsCarryWhatTheConversationAsksFor() throws Exception {
    ScriptedProvider vendor = vendor(answer("x"));
    Conversation chat =
        client(vendor)
            .conversation("c")
            .asking(request -> request.temperature(0.5))
            .asking(request -> request.maxOutputTokens(7));
    time.run(() -> chat.say("?"));
    ChatRequest sent = vendor.requests().get(0);
    assertThat(sent.temperature()).hasValue(0.5);
    assertThat(sent.maxOutputTokens()).hasValue(7);
  }

  private List<JournalEntry.Kind> kinds() {
    return journal.read("c").join().stream().map(JournalEntry::kind).toList();
  }

  /** The conversation as a new process sees it. */
  private Conversation readAgain() {
    return client(vendor(answer("from another process"))).conversation("c");
  }

  private ScriptedProvider vendor(Script... scripts) {
    return ScriptedProvider.of("v", time, scripts);
  }

  private ResilientLlm client(ScriptedProvider vendor) {
    return builder(vendor).build();
  }

  private ResilientLlm.Builder builder(ScriptedProvider vendor) {
    return VirtualClient.with(time, vendor).journal(journal);
  }

  private Face.End say(Face face, Conversation chat, String question) {
    return Talk.say(face, chat, question, time);
  }
}
