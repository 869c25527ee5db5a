package io.github.resilientllm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.testing.JournalContract;
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
  void aBoundBelowOneIsRefused() {
    assertThatThrownBy(() -> new MemoryJournal(0)).hasMessage("maxChars must be at least 1, not 0");
  }

  private static JournalEntry entry(long n) {
    return new JournalEntry(
        n, Instant.EPOCH, JournalEntry.Kind.ASKED, ConversationState.IDLE, "{}");
  }
}
