package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.fail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.policy.Conversations;
import io.github.resilientllm.policy.Conversations.Window;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How much of a history is sent. */
class ConversationWindowTest {
  private final VirtualTime time = new VirtualTime();
  private final MemoryJournal journal = new MemoryJournal();

  @Test
  void onlyTheNewestWholeTurnsFitIntoAWindowOfMessages() throws Exception {
    ScriptedProvider vendor = vendor("v", answer("a1"), answer("a2"), answer("a3"));
    Conversation chat =
        with(Conversations.standard().withWindow(Window.ofMessages(5)), vendor)
            .instructed("Be brief.");
    time.run(
        () -> {
          chat.say("q1");
          chat.say("q2");
          chat.say("q3");
        });
    assertThat(vendor.requests().get(1).messages()).hasSize(4);
    assertThat(vendor.requests().get(2).messages())
        .containsExactly(
            Message.system("Be brief."),
            Message.user("q2"),
            Message.assistant("a2"),
            Message.user("q3"));
    assertThat(chat.history()).hasSize(6);
  }

  @Test
  void tokensAreEstimatedAndTheQuestionAlwaysGoes() throws Exception {
    ScriptedProvider vendor = vendor("v", answer("x".repeat(300)), answer("short"), answer("a3"));
    Conversation chat = with(Conversations.standard().withWindow(Window.ofTokens(100)), vendor);
    time.run(
        () -> {
          chat.say("q1");
          chat.say("q2");
          chat.say("q".repeat(600));
        });
    assertThat(vendor.requests().get(1).messages()).containsExactly(Message.user("q2"));
    assertThat(vendor.requests().get(2).messages()).containsExactly(Message.user("q".repeat(600)));
  }

  @Test
  void whatTheWindowLeavesOutIsSummedUpOnceAndKept() throws Exception {
    List<List<Message>> summedUp = new ArrayList<>();
    Conversations policy =
        Conversations.standard()
            .withWindow(Window.ofMessages(6))
            .withSummarizer(
                messages -> {
                  summedUp.add(messages);
                  return "summary " + summedUp.size();
                });
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answer("a"));
    time.run(
        () -> {
          for (int i = 1; i <= 6; i++) {
            with(policy, vendor).say("q" + i); // each by a new process
          }
        });
    // six messages are full with the fourth question: then only half of them stay
    assertThat(summedUp).hasSize(2);
    assertThat(summedUp.get(0)).hasSize(4).startsWith(Message.user("q1"));
    assertThat(vendor.requests().get(3).messages())
        .containsExactly(
            Message.system("What was said before, in short: summary 1"),
            Message.user("q3"),
            Message.assistant("a"),
            Message.user("q4"));
    assertThat(vendor.requests().get(4).messages()).hasSize(6);
    assertThat(summedUp.get(1))
        .startsWith(
            Message.system("What was said before, in short: summary 1"), Message.user("q3"));
  }

  @Test
  void aSummarizerThatFailsEndsTheCallBeforeAnythingIsAsked() throws Exception {
    Conversations policy =
        Conversations.standard()
            .withWindow(Window.ofMessages(2))
            .withSummarizer(
                messages -> {
                  throw new IllegalStateException("no summary today");
                });
    Conversation chat = with(policy, vendor("v", answer("a")));
    time.run(
        () -> {
          chat.say("q1");
          assertThatThrownBy(() -> chat.say("q2")).hasMessage("no summary today");
          assertThat(chat.unanswered()).isEmpty();
        });
  }

  @Test
  void aSmallerTargetGetsLessOfTheHistoryAndTheAttemptSaysSo() throws Exception {
    ScriptedProvider large =
        vendor("large", answer("x".repeat(3000)), fail(ErrorKind.QUOTA_EXHAUSTED));
    ScriptedProvider small = vendor("small", answer("a2"));
    Conversation chat = withFallback(Conversations.standard(), large, small);
    time.run(
        () -> {
          chat.say("q1");
          ChatResponse answer = chat.say("q2");
          assertThat(answer.answeredBy()).isEqualTo("small/m");
          assertThat(answer.attempts().get(1).leftOut()).containsExactly("the oldest 2 messages");
        });
    assertThat(large.requests().get(1).messages()).hasSize(3);
    assertThat(small.requests().get(0).messages()).containsExactly(Message.user("q2"));
  }

  @Test
  void aSmallerTargetIsPassedOverWhereNothingIsToBeLeftOut() throws Exception {
    ScriptedProvider large =
        vendor("large", answer("x".repeat(3000)), fail(ErrorKind.QUOTA_EXHAUSTED));
    ScriptedProvider small = vendor("small", answer("a2"));
    Conversation chat = withFallback(Conversations.standard().withoutTrimming(), large, small);
    time.run(
        () -> {
          chat.say("q1");
          assertThatThrownBy(() -> chat.say("q2"))
              .hasMessageContaining("the history does not fit into 1000 tokens");
        });
    assertThat(small.attempts()).isZero();
  }

  @Test
  void aQuestionThatLooksTooLongByItselfIsForTheVendorToRefuse() throws Exception {
    ScriptedProvider large = vendor("large", fail(ErrorKind.QUOTA_EXHAUSTED));
    ScriptedProvider small = vendor("small", answer("a1"));
    Conversation chat = withFallback(Conversations.standard(), large, small);
    time.run(() -> assertThat(chat.say("q".repeat(9000)).answeredBy()).isEqualTo("small/m"));
  }

  @Test
  void aColdTurnReadsWhatItSendsAndNotWhatIsKept() throws Exception {
    CountingJournal counting = new CountingJournal(journal);
    Conversations policy = Conversations.standard().withWindow(Window.ofMessages(5));
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answer("a".repeat(2000)));
    time.run(
        () -> {
          on(journal, policy, vendor).instructed("Be brief.").say(TurnKey.of("first"), "q0");
          for (int i = 1; i <= 200; i++) {
            on(journal, policy, vendor).say("q" + i); // each by a new process
          }
        });
    Conversation cold = on(counting, policy, vendor);
    time.run(
        () -> {
          assertThat(cold.unanswered()).isEmpty();
          cold.say("last");
        });
    assertThat(counting.entriesRead).isLessThan(250);
    assertThat(vendor.requests().get(201).messages())
        .startsWith(Message.system("Be brief."), Message.user("q200"))
        .endsWith(Message.user("last"))
        .hasSize(4);
    assertThat(cold.history()).hasSize(404);
  }

  @Test
  void aTurnTakesNoMoreAfterMoreThanAThousandThanAfterAHundred() throws Exception {
    Conversation chat = with(SMALL, vendor("v", answer("a")));
    time.run(
        () -> {
          long early = bytesOfATurn(chat, 100);
          long late = bytesOfATurn(chat, 1_500);
          assertThat(late).as("bytes that the last of 1,600 turns took").isLessThan(2 * early);
        });
  }

  /** What the least of the last of some turns took of the heap, in its caller's thread. */
  private static long bytesOfATurn(Conversation chat, int turns) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < turns; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      chat.say("q");
      long taken = threads.getCurrentThreadAllocatedBytes() - before;
      least = i < turns - 20 ? least : Math.min(least, taken);
    }
    return least;
  }

  @Test
  void aColdTurnSendsWhatAWarmOneSends() throws Exception {
    Conversations window = Conversations.standard().withWindow(Window.ofMessages(7));
    for (Conversations policy :
        List.of(
            window,
            Conversations.standard().withWindow(Window.ofTokens(3000)),
            window.withSummarizer(gone -> "summary of " + gone.size()))) {
      MemoryJournal warm = new MemoryJournal();
      MemoryJournal cold = new MemoryJournal();
      ScriptedProvider toWarm = ScriptedProvider.of("v", time, answer("a".repeat(2000)));
      ScriptedProvider toCold = ScriptedProvider.of("v", time, answer("a".repeat(2000)));
      Conversation one = on(warm, policy, toWarm);
      time.run(
          () -> {
            for (int i = 1; i <= 180; i++) {
              String instructions = i < 100 ? "Be brief." : "Be polite.";
              say(one.instructed(instructions), i);
              say(on(cold, policy, toCold).instructed(instructions), i);
            }
            one.say("last");
            on(cold, policy, toCold).say("last");
          });
      assertThat(toCold.requests())
          .extracting(ChatRequest::messages)
          .isEqualTo(toWarm.requests().stream().map(ChatRequest::messages).toList());
      assertThat(bodies(cold)).isEqualTo(bodies(warm));
    }
  }

  private static void say(Conversation chat, int i) {
    if (i % 3 == 0) {
      chat.say("q" + i);
    } else {
      chat.say(TurnKey.of("k" + i), "q" + i);
    }
  }

  /** Without the incarnations, which differ. */
  private static List<String> bodies(MemoryJournal kept) {
    return kept.read("c").join().stream()
        .map(entry -> entry.body().replaceAll("\"(life\":\"[^\"]*\"|asked\":\\d+)", ""))
        .toList();
  }

  @Test
  void aKeyOfLongAgoIsKnownAlthoughItsTurnIsNotSent() throws Exception {
    Conversations policy = Conversations.standard().withWindow(Window.ofMessages(5));
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answer("a".repeat(2000)));
    time.run(
        () -> {
          on(journal, policy, vendor).say(TurnKey.of("first"), "q0");
          for (int i = 1; i <= 200; i++) {
            on(journal, policy, vendor).say("q" + i);
          }
          Conversation cold = on(journal, policy, vendor);
          cold.say("last");
          cold.say(TurnKey.of("first"), "q0");
          assertThat(cold.history()).hasSize(404);
          assertThat(on(journal, policy, vendor).fork("copy").history()).hasSize(404);
        });
    assertThat(vendor.attempts()).isEqualTo(202);
  }

  @Test
  void aKeyIsLookedUpInALongConversationByAFewEntries() throws Exception {
    int turns = 400;
    keyedTurns(turns, "a".repeat(5_000));
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answer("anew"));
    time.run(
        () -> {
          for (int i = 0; i < turns; i += 37) {
            CountingJournal counting = new CountingJournal(journal);
            ChatResponse known = on(counting, SMALL, vendor).say(TurnKey.of("k" + i), "q" + i);
            assertThat(known.text()).startsWith("a" + i + " ");
            assertThat(counting.entriesRead).as("entries read").isLessThan(150);
          }
          assertThat(vendor.attempts()).isZero();
          CountingJournal counting = new CountingJournal(journal);
          on(counting, SMALL, vendor).say(TurnKey.of("another"), "q");
          assertThat(counting.entriesRead).as("entries read").isLessThan(150);
          assertThat(vendor.attempts()).isOne();
        });
  }

  @Test
  void aNewKeyIsLookedUpOnce() throws Exception {
    keyedTurns(100, "a".repeat(5_000));
    CountingJournal counting = new CountingJournal(journal);
    Conversation chat = on(counting, SMALL, vendor("v", answer("a")));
    time.run(
        () -> {
          chat.say(TurnKey.of("one"), "q");
          int before = counting.entriesRead;
          chat.say(TurnKey.of("another"), "q");
          assertThat(counting.entriesRead - before).isBetween(1, 30);
          assertThat(counting.readByWriters).isZero();
        });
  }

  @Test
  void aKeyThatAnotherProcessUsesBetweenALookAndAQuestionIsKnownAfterwards() throws Exception {
    keyedTurns(30, "a".repeat(5_000));
    ScriptedProvider theirs = vendor("theirs", answer("from there"));
    ScriptedProvider ours = vendor("ours", answer("from here"));
    CountingJournal counting = new CountingJournal(journal);
    counting.beforeOpening = () -> on(journal, SMALL, theirs).say(TurnKey.of("theirs"), "q");
    time.run(
        () -> {
          on(counting, SMALL, ours).say(TurnKey.of("ours"), "q");
          for (int i = 0; i < 60; i++) {
            on(journal, SMALL, ours).say("more " + "q".repeat(5_000));
          }
          assertThat(on(journal, SMALL, ours).say(TurnKey.of("theirs"), "q").text())
              .isEqualTo("from there");
        });
    assertThat(ours.attempts()).isEqualTo(61);
  }

  @Test
  void aKeyOfLongAgoBelongsToItsQuestion() throws Exception {
    keyedTurns(100, "a".repeat(5_000));
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answer("anew"));
    time.run(
        () ->
            assertThatThrownBy(
                    () -> on(journal, SMALL, vendor).say(TurnKey.of("k3"), "something else"))
                .hasMessageContaining("belongs to another question"));
  }

  @Test
  void aKeyOfATurnThatWasGivenUpLongAgoIsAskedAgainAndKnownFromThenOn() throws Exception {
    ScriptedProvider failing = ScriptedProvider.of("v", time, fail(ErrorKind.QUOTA_EXHAUSTED));
    keyedTurns(30, "a".repeat(5_000));
    time.run(
        () -> {
          Conversation chat = on(journal, SMALL, failing);
          assertThatThrownBy(() -> chat.say(TurnKey.of("late"), "q")).hasMessageContaining("QUOTA");
          chat.discard();
        });
    keyedTurns(30, "b".repeat(5_000), "again ");
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answer("at last"));
    time.run(
        () -> {
          on(journal, SMALL, vendor).say(TurnKey.of("late"), "q");
          for (int i = 0; i < 60; i++) {
            on(journal, SMALL, vendor).say("more " + "q".repeat(5_000));
          }
          assertThat(on(journal, SMALL, vendor).say(TurnKey.of("late"), "q").text())
              .isEqualTo("at last");
        });
    assertThat(vendor.attempts()).isEqualTo(61);
  }

  @Test
  void theKeysOfACopyAreKnown() throws Exception {
    keyedTurns(60, "a".repeat(5_000));
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answer("anew".repeat(1_000)));
    time.run(
        () -> {
          on(journal, SMALL, vendor).fork("copy");
          for (int i = 0; i < 60; i++) {
            copy(vendor).say(TurnKey.of("new " + i), "q");
          }
          for (int i = 0; i < 60; i++) {
            assertThat(copy(vendor).say(TurnKey.of("k" + i), "q" + i).text()).startsWith("a" + i);
            copy(vendor).say(TurnKey.of("new " + i), "q");
          }
        });
    assertThat(vendor.attempts()).isEqualTo(60);
  }

  @Test
  void aTurnInACopyReadsWhatItSendsAndAFewEntriesForItsKey() throws Exception {
    int turns = 400;
    keyedTurns(turns, "a".repeat(5_000));
    ScriptedProvider vendor = vendor("v", answer("anew"));
    time.run(
        () -> {
          Conversation copy = on(journal, SMALL, vendor).fork("copy");
          assertThat(copy.history()).isEqualTo(on(journal, SMALL, vendor).history());
          for (int i = 0; i < turns; i += 37) {
            CountingJournal counting = new CountingJournal(journal);
            assertThat(copy(counting, vendor).say(TurnKey.of("k" + i), "q" + i).text())
                .startsWith("a" + i + " ");
            assertThat(counting.entriesRead).as("entries read").isLessThan(150);
          }
          CountingJournal counting = new CountingJournal(journal);
          copy(counting, vendor).say(TurnKey.of("another"), "q");
          assertThat(counting.entriesRead).as("entries read").isLessThan(150);
        });
    assertThat(vendor.attempts()).isOne();
    assertThat(vendor.requests().get(0).messages()).hasSize(5);
  }

  /** As a tool that copies entries makes it, which knows nothing of their bodies. */
  private MemoryJournal copyByHand() {
    MemoryJournal other = new MemoryJournal();
    try (Journal.Log log = other.open("c").join()) {
      String brief = "{\"text\":\"Be brief.\"}";
      log.append(
              List.of(
                  new JournalEntry(1, Instant.EPOCH, Kind.SYSTEM, ConversationState.IDLE, brief)))
          .join();
      for (JournalEntry entry : journal.read("c").join()) {
        log.append(List.of(entry.numbered(log.lastSequence() + 1))).join();
      }
    }
    return other;
  }

  @Test
  void whatQuestionsSayOfTheNumbersOfAnotherLifeIsNotBelieved() throws Exception {
    keyedTurns(60, "a".repeat(5_000));
    MemoryJournal copy = copyByHand();
    ScriptedProvider vendor = vendor("v", answer("a".repeat(5_000)));
    time.run(
        () -> {
          on(copy, SMALL, vendor).say("q");
          assertThat(vendor.requests().get(0).messages()).startsWith(Message.system("Be brief."));
          for (int i = 0; i < 60; i++) {
            on(copy, SMALL, vendor).say(TurnKey.of("new " + i), "q");
          }
          for (int i = 0; i < 60; i++) {
            assertThat(on(copy, SMALL, vendor).say(TurnKey.of("k" + i), "q" + i).text())
                .startsWith("a" + i + " ");
          }
        });
    assertThat(vendor.attempts()).isEqualTo(61);
  }

  private static final Conversations SMALL =
      Conversations.standard().withWindow(Window.ofMessages(5));

  private Conversation copy(ScriptedProvider vendor) {
    return copy(journal, vendor);
  }

  private Conversation copy(Journal kept, ScriptedProvider vendor) {
    return VirtualClient.with(time, vendor)
        .journal(kept)
        .conversations(SMALL)
        .build()
        .conversation("copy");
  }

  private void keyedTurns(int turns, String text) throws Exception {
    keyedTurns(turns, text, "");
  }

  /** Turns with keys of which each answer says its number, half of them by a process of its own. */
  private void keyedTurns(int turns, String text, String prefix) throws Exception {
    Script[] answers = new Script[turns];
    for (int i = 0; i < turns; i++) {
      answers[i] = answer("a" + i + " " + text);
    }
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answers);
    Conversation warm = on(journal, SMALL, vendor);
    time.run(
        () -> {
          for (int i = 0; i < turns; i++) {
            Conversation chat = i % 2 == 0 ? warm : on(journal, SMALL, vendor);
            chat.say(TurnKey.of(prefix + "k" + i), "q" + i);
          }
        });
  }

  private Conversation on(Journal kept, Conversations policy, ScriptedProvider vendor) {
    return VirtualClient.with(time, vendor)
        .journal(kept)
        .conversations(policy)
        .build()
        .conversation("c");
  }

  private Conversation with(Conversations policy, ScriptedProvider vendor) {
    return VirtualClient.with(time, vendor)
        .journal(journal)
        .conversations(policy)
        .build()
        .conversation("c");
  }

  private Conversation withFallback(
      Conversations policy, ScriptedProvider large, ScriptedProvider small) {
    return ResilientLlm.with(large)
        .fallback(Target.of(small).withContextWindow(1000))
        .retry(Retry.none())
        .time(time)
        .executor(time)
        .journal(journal)
        .conversations(policy)
        .build()
        .conversation("c");
  }

  private ScriptedProvider vendor(String name, Script... scripts) {
    return ScriptedProvider.of(name, time, scripts);
  }
}
