package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.fail;
import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.policy.Conversations;
import io.github.resilientllm.policy.Conversations.WhenJournalFails;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a conversation when its journal fails, is slow, or must not see everything. */
class ConversationJournalTest {
  private static final Conversations UNDURABLE =
      Conversations.standard().withJournalFailure(WhenJournalFails.GO_ON_UNDURABLE);

  private static final VendorData SENT = new VendorData("v", "[\"secret\"]");

  private final VirtualTime time = new VirtualTime();
  private final FailingJournal journal = new FailingJournal();
  private final List<CallEvent> events = new ArrayList<>();

  @ParameterizedTest
  @EnumSource(Face.class)
  void aQuestionThatCannotBeKeptIsNotSent(Face face) throws Exception {
    ScriptedProvider vendor = vendor(answer("x"));
    Conversation chat = with(Conversations.standard(), vendor);
    time.run(
        () -> {
          journal.failAt(Kind.ASKED);
          LlmException failure = Talk.say(face, chat, "How long?", time).error();
          assertThat(failure.kind()).isEqualTo(ErrorKind.JOURNAL_FAILED);
          assertThat(failure).hasMessageContaining("disk full");
          assertThat(failure.getCause().getCause()).isInstanceOf(JournalException.class);
          journal.works();
          assertThat(chat.unanswered()).isEmpty();
          assertThat(Talk.say(face, chat, "How long?", time).text()).isEqualTo("x");
        });
    assertThat(vendor.attempts()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void anAnswerThatCannotBeKeptIsInTheException(Face face) throws Exception {
    Conversation chat = with(Conversations.standard(), vendor(answer("three days")));
    time.run(
        () -> {
          journal.failAt(Kind.ANSWERED);
          LlmException failure = Talk.say(face, chat, "How long?", time).error();
          assertThat(failure.kind()).isEqualTo(ErrorKind.JOURNAL_FAILED);
          assertThat(failure.partialText()).isEqualTo("three days");
          journal.works();
          assertThat(chat.unanswered().orElseThrow().question())
              .isEqualTo(Message.user("How long?"));
        });
  }

  @Test
  void aQuestionIsOpenUntilItIsKeptThatItIsDiscarded() throws Exception {
    Conversation chat = with(Conversations.standard(), vendor(fail(ErrorKind.INVALID_REQUEST)));
    time.run(
        () -> {
          assertThatThrownBy(() -> chat.say("How long?")).isInstanceOf(LlmException.class);
          journal.failAt(Kind.DISCARDED);
          assertThatThrownBy(chat::discard)
              .isInstanceOf(JournalException.class)
              .hasMessageContaining("disk full");
          journal.works();
          assertThat(chat.unanswered()).isPresent();
          assertThat(chat.discard()).isTrue();
        });
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aConversationGoesOnWithoutItsJournalAndIsWrittenLater(Face face) throws Exception {
    ScriptedProvider vendor = vendor(answer("a1"), answer("a2"), answer("a3"), answer("a4"));
    Conversation chat = with(UNDURABLE, vendor);
    time.run(
        () -> {
          assertThat(Talk.say(face, chat, "q1", time).response().durable()).isTrue();
          journal.failAt(Kind.ASKED);
          assertThat(Talk.say(face, chat, "q2", time).response().durable()).isFalse();
          journal.failToOpen();
          assertThat(Talk.say(face, chat, "q3", time).response().durable()).isFalse();
          assertThat(chat.history()).hasSize(6);
          journal.works();
          assertThat(Talk.say(face, chat, "q4", time).response().durable()).isTrue();
        });
    assertThat(vendor.requests().get(2).messages()).hasSize(5);
    assertThat(events)
        .filteredOn(CallEvent.JournalFailed.class::isInstance)
        .extracting(event -> ((CallEvent.JournalFailed) event).reason())
        .containsExactly("disk full", "no directory");
    assertThat(with(UNDURABLE, vendor).history()).hasSize(8);
    assertThat(journal.kept().read("c").join())
        .extracting(JournalEntry::sequence)
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @Test
  void aJournalThatFailsInMidAnswerMakesTheAnswerUndurable() throws Exception {
    Conversation chat = with(UNDURABLE, vendor(answer("a1")));
    time.run(
        () -> {
          journal.failAt(Kind.ANSWERED);
          assertThat(chat.say("q1").durable()).isFalse();
          assertThat(chat.history()).hasSize(2);
        });
  }

  @Test
  void aConversationThatCannotBeReadDoesNotGoOn() throws Exception {
    ScriptedProvider vendor = vendor(answer("a1"));
    Conversation chat = with(UNDURABLE, vendor);
    time.run(
        () -> {
          journal.failToOpen();
          assertThatThrownBy(() -> chat.say("q1"))
              .isInstanceOf(LlmException.class)
              .hasMessageContaining("no directory");
        });
    assertThat(vendor.attempts()).isZero();
  }

  @Test
  void aDamagedConversationSaysSoAndIsNotTouched() throws Exception {
    Conversation chat = with(Conversations.standard(), vendor(answer("a1")));
    journal.damaged();
    assertThat(chat.state()).isEqualTo(ConversationState.DAMAGED);
    assertThatThrownBy(chat::history).isInstanceOf(JournalException.class);
    assertThatThrownBy(() -> chat.say("q1"))
        .isInstanceOf(LlmException.class)
        .hasMessageContaining("line 7");
  }

  @Test
  void anEntryOfANewerProgramIsDamageAndNotNothing() {
    journal
        .kept()
        .open("c")
        .join()
        .append(
            new JournalEntry(
                1,
                java.time.Instant.EPOCH,
                Kind.ASKED,
                ConversationState.QUESTION_PENDING,
                "{\"message\":{\"role\":\"NARRATOR\",\"parts\":[{\"text\":\"secret\"}]}}"))
        .join();
    Conversation chat = with(Conversations.standard(), vendor(answer("a1")));
    assertThatThrownBy(chat::history)
        .hasMessageContaining("entry 1 (ASKED) cannot be understood")
        .hasMessageNotContaining("secret");
  }

  @Test
  void anAnswerThatComesWhileTheJournalWritesIsWrittenInFewerEntries() throws Exception {
    Script script = script();
    for (int i = 0; i < 100; i++) {
      script.says("word ");
    }
    Conversation chat = with(Conversations.standard(), vendor(script.done()));
    time.run(
        () -> {
          try (ChatStream stream = chat.stream("q")) {
            Iterator<ChatEvent> pieces = stream.iterator();
            pieces.next();
            journal.holdProgress();
            for (int i = 0; i < 50; i++) {
              pieces.next();
            }
            assertThat(progress()).hasSize(2);
            journal.letGo();
            assertThat(progress()).hasSize(3);
            assertThat(chat.unanswered().orElseThrow().partialText()).hasSize(51 * 5);
            assertThat(String.join("", progress())).contains("word word word");
            stream.response();
          }
        });
    assertThat(chat.history().get(1).text()).hasSize(500);
  }

  @Test
  void aJournalThatKeepsBeforeShowingIsWaitedForWithEachPiece() throws Exception {
    journal.keepBeforeShowing();
    Conversation chat =
        with(Conversations.standard(), vendor(script().says("one ").says("two").done()));
    time.run(
        () -> {
          try (ChatStream stream = chat.stream("q")) {
            Iterator<ChatEvent> pieces = stream.iterator();
            pieces.next();
            assertThat(progress()).containsExactly("{\"text\":\"one \"}");
            pieces.next();
            assertThat(progress()).hasSize(2);
          }
        });
  }

  @Test
  void whatIsRedactedIsNowhereInTheJournal() throws Exception {
    Conversations policy =
        Conversations.standard().withRedactor(text -> text.replace("4111 1111", "[card]"));
    ScriptedProvider vendor =
        vendor(
            script()
                .says("You paid ")
                .says("with 4111 ")
                .says("1111. Is ")
                .says("it 4111 1")
                .stalls(),
            answer("Yes, 4111 1111."));
    Conversation chat = with(policy, vendor);
    time.run(
        () -> {
          try (ChatStream stream = chat.stream("My card is 4111 1111")) {
            Iterator<ChatEvent> pieces = stream.iterator();
            for (int i = 0; i < 4; i++) {
              pieces.next();
            }
            assertThat(progress()).as("what it has not seen whole").isEmpty();
          }
          assertThat(progress())
              .containsExactly("{\"text\":\"You paid with [card]. Is it 4111 1\"}");
          chat.resume();
        });
    assertThat(journal.kept().read("c").join())
        .extracting(JournalEntry::body)
        .noneMatch(body -> body.contains("4111 1111"))
        .anyMatch(body -> body.contains("My card is [card]"))
        .anyMatch(body -> body.contains("Yes, [card]."));
    // the model got the original while this process knows it
    assertThat(vendor.requests().get(1).messages().get(0).text()).isEqualTo("My card is 4111 1111");
  }

  @Test
  void theLogIsClosedWithTheAnswerAndNotAfterIt() throws Exception {
    Conversation chat = with(Conversations.standard(), vendor(answer("a1"), answer("a2")));
    time.run(
        () -> {
          journal.acknowledgeAtClose();
          assertThat(chat.say("q1").durable()).isTrue();
          assertThat(chat.say("q2").text()).isEqualTo("a2");
        });
    assertThat(time.nanos()).as("nobody waited until the deadline").isZero();
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aJournalThatHangsIsNotWaitedForPastItsPatience(Face face) throws Exception {
    Conversation chat = with(Conversations.standard(), vendor(answer("a1")));
    time.run(
        () -> {
          journal.hang();
          assertThat(Talk.say(face, chat, "q", time).error().kind())
              .isEqualTo(ErrorKind.JOURNAL_FAILED);
          assertThat(time.nanos()).isEqualTo(10_000_000_000L);
        });
  }

  @Test
  void aStreamThatIsClosedWhileTheJournalHangsEndsAtOnce() throws Exception {
    Conversation chat = with(Conversations.standard(), vendor(answer("a1")));
    time.run(
        () -> {
          journal.hang();
          ChatStream stream = chat.stream("q");
          List<LlmException> ends = new ArrayList<>();
          time.execute(
              () ->
                  assertThatThrownBy(stream::response)
                      .isInstanceOfSatisfying(LlmException.class, ends::add));
          time.park(1_000_000_000);
          stream.close();
          time.park(2_000_000_000);
          assertThat(ends).extracting(LlmException::kind).containsExactly(ErrorKind.CANCELLED);
        });
  }

  @Test
  void aThreadThatIsInterruptedWhileTheJournalHangsEndsTheCall() throws Exception {
    Conversation chat = with(Conversations.standard(), vendor(answer("a1")));
    time.run(
        () -> {
          journal.hang();
          Thread.currentThread().interrupt();
          LlmException failure = Talk.say(Face.BLOCKING, chat, "q", time).error();
          assertThat(failure.kind()).isEqualTo(ErrorKind.CANCELLED);
          assertThat(Thread.interrupted()).isTrue();
        });
  }

  @Test
  void everyKindOfContentIsReadAsItWasWritten() throws Exception {
    byte[] png = {1, 2, 3};
    Message question =
        Message.user(
            new Part.Text("\u0000 \uD83D\uDE00 \n \" \u2028"),
            Part.Image.of(png, "image/png"),
            Part.Image.of(java.net.URI.create("https://example.com/a.png")),
            Part.File.of(png, "application/pdf", "a.pdf"),
            Part.File.of(java.net.URI.create("https://example.com/a.pdf"), "application/pdf"),
            Part.Audio.of(png, "audio/wav"));
    ScriptedProvider vendor =
        vendor(
            script()
                .piece(
                    new ChatEvent.ReasoningDelta(
                        "hm", new io.github.resilientllm.chat.VendorData("v", "sig")))
                .says("answer")
                .done(
                    Completion.builder(FinishReason.STOP)
                        .usage(Usage.of(3, 5).withCost(new BigDecimal("0.00120")))
                        .serviceTier("flex")
                        .verbatim(SENT)
                        .build()));
    time.run(() -> with(Conversations.standard(), vendor).say(question));
    List<Message> read = with(Conversations.standard(), vendor).history();
    assertThat(read.get(0).parts().get(0)).isEqualTo(question.parts().get(0));
    Part.Image image = (Part.Image) read.get(0).parts().get(1);
    assertThat(image.bytes().orElseThrow()).isEqualTo(png);
    assertThat(image.mediaType()).contains("image/png");
    assertThat(((Part.Image) read.get(0).parts().get(2)).url())
        .contains(java.net.URI.create("https://example.com/a.png"));
    assertThat(read.get(0).parts()).isEqualTo(question.parts());
    Part.Reasoning reasoning = (Part.Reasoning) read.get(1).parts().get(0);
    assertThat(reasoning.text()).isEqualTo("hm");
    assertThat(reasoning.vendorData().orElseThrow().data()).isEqualTo("sig");
    assertThat(read.get(1).parts().get(2)).isEqualTo(new Part.Verbatim(SENT));
    String kept =
        journal.kept().read("c").join().stream()
            .filter(entry -> entry.kind() == Kind.ANSWERED)
            .map(JournalEntry::body)
            .findFirst()
            .orElseThrow();
    assertThat(kept).contains("\"tier\":\"flex\"", "\"cost\":\"0.0012\"");
  }

  @Test
  void aKeyedAnswerIsReadWithAllThatItsVendorSaid() throws Exception {
    ScriptedProvider vendor =
        vendor(
            script()
                .says("answer")
                .done(
                    Completion.builder(FinishReason.STOP)
                        .usage(Usage.of(3, 5).withCost(new BigDecimal("0.5")))
                        .serviceTier("flex")
                        .verbatim(SENT)
                        .build()));
    time.run(
        () -> {
          with(Conversations.standard(), vendor).say(TurnKey.of("k"), "question");
          ChatResponse again =
              with(Conversations.standard(), vendor).say(TurnKey.of("k"), "question");
          assertThat(again.serviceTier()).isEqualTo("flex");
          assertThat(again.usage().cost()).contains(new BigDecimal("0.5"));
          assertThat(again.verbatim()).contains(SENT);
        });
  }

  @Test
  void whatAVendorSentIsNotWrittenWhereTextsAreRedacted() throws Exception {
    ScriptedProvider vendor =
        vendor(
            script()
                .says("secret")
                .done(Completion.builder(FinishReason.STOP).verbatim(SENT).build()));
    Conversations policy =
        Conversations.standard().withRedactor(text -> text.replace("secret", "[gone]"));
    time.run(() -> with(policy, vendor).say("question"));
    assertThat(journal.kept().read("c").join())
        .extracting(JournalEntry::body)
        .noneMatch(body -> body.contains("secret") || body.contains("verbatim"))
        .anyMatch(body -> body.contains("[gone]"));
  }

  private List<String> progress() {
    return journal.kept().read("c").join().stream()
        .filter(entry -> entry.kind() == Kind.PROGRESS)
        .map(JournalEntry::body)
        .toList();
  }

  private Conversation with(Conversations policy, ScriptedProvider vendor) {
    return VirtualClient.with(time, vendor)
        .journal(journal)
        .conversations(policy)
        .listener(events::add)
        .build()
        .conversation("c");
  }

  private ScriptedProvider vendor(Script... scripts) {
    return ScriptedProvider.of("v", time, scripts);
  }
}
