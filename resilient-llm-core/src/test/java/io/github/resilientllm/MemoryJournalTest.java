package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.policy.Conversations;
import io.github.resilientllm.policy.Conversations.Window;
import io.github.resilientllm.testing.JournalContract;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MemoryJournalTest extends JournalContract {

  @Override
  protected Journal open() {
    return new MemoryJournal();
  }

  @Override
  protected Journal reopen(Journal journal) {
    return journal;
  }

  @Test
  void itHoldsNoMoreThanItsBound() {
    MemoryJournal journal = new MemoryJournal(4);
    try (Journal.Log log = journal.open("a").join()) {
      log.append(entry(1)).join();
      log.append(entry(2)).join();

      assertThatThrownBy(() -> log.append(entry(3)).join())
          .hasCause(
              new JournalException(
                  JournalException.Reason.TOO_LARGE,
                  "The journal holds 4 characters at most; delete conversations or allow more"));
    }
    journal.delete("a").join();
    try (Journal.Log log = journal.open("b").join()) {
      assertThat(log.append(entry(1))).isCompletedWithValue(null);
    }
  }

  @Test
  void whatIsSaidIsHeldByTheJournalAndByItsConversationAndByNobodyElse() throws Exception {
    int turns = 40; // of a million characters: nothing that other tests left weighs so much
    VirtualTime time = new VirtualTime();
    String text = "a".repeat(1_000_000);
    Conversation chat =
        VirtualClient.with(time, new ScriptedProvider("v", time, n -> answer(text + n)))
            .journal(new MemoryJournal())
            .conversations(
                Conversations.standard().withWindow(Window.ofMessages(2)).withMemoryBytes(1L << 30))
            .build()
            .conversation("c");
    long before = held();
    time.run(
        () -> {
          for (int i = 0; i < turns; i++) {
            chat.say("q");
          }
        });
    assertThat(held() - before).isBetween(40_000_000L, 100_000_000L);
    assertThat(chat.history()).hasSize(2 * turns);
  }

  private static long held() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  @Test
  void aBoundBelowOneIsRefused() {
    assertThatThrownBy(() -> new MemoryJournal(0)).hasMessage("maxChars must be at least 1, not 0");
  }

  private static JournalEntry entry(long n) {
    return new JournalEntry(
        n, Instant.EPOCH, JournalEntry.Kind.ASKED, ConversationState.IDLE, "{}");
  }
}
