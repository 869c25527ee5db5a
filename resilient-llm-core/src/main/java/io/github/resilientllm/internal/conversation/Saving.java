package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.util.List;

/**
 * Writes entries that a journal did not take when they were made. What it will never take, because
 * it is too large, is given up with its turn, so that it does not keep all that follows from being
 * kept.
 */
final class Saving {
  private final Journal.Log log;
  private final Await await;
  private final long end;
  private boolean all = true;

  Saving(Journal.Log log, Await await, long end) {
    this.log = log;
    this.await = await;
    this.end = end;
  }

  /**
   * Saves entries, oldest first.
   *
   * @return whether none was given up
   * @throws JournalException if the journal fails
   */
  boolean save(List<JournalEntry> entries) {
    boolean turnIsLost = false;
    for (JournalEntry entry : entries) {
      turnIsLost &= entry.kind() != Kind.ASKED;
      if (turnIsLost) {
        continue;
      }
      turnIsLost = !take(entry);
    }
    return all;
  }

  private boolean take(JournalEntry entry) {
    try {
      append(entry);
      return true;
    } catch (JournalException e) {
      if (e.reason() != Reason.TOO_LARGE || entry.body().length() <= 2) {
        throw e;
      }
      all = false;
    }
    if (entry.kind() != Kind.ASKED) {
      append(
          new JournalEntry(
              entry.sequence(), entry.at(), Kind.DISCARDED, ConversationState.IDLE, "{}"));
    }
    return false;
  }

  private void append(JournalEntry entry) {
    await.forJournal(log.append(entry.numbered(log.lastSequence() + 1)), end);
  }
}
