package io.github.resilientllm.examples.journal;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies a conversation from one journal to another, page by page. Entries are numbered anew: what
 * was dropped to save room leaves no gaps.
 */
record Copying(Journal from, Journal to) {

  /**
   * Copies one that the target has not.
   *
   * @return how many entries it has
   */
  long copy(String id) {
    try (Journal.Log log = Done.of(to.open(id))) {
      if (log.lastSequence() > 0) {
        throw new JournalException(
            Reason.CONFLICT, "the target has a conversation \"" + id + "\" already");
      }
      return copy(id, log);
    }
  }

  private long copy(String id, Journal.Log log) {
    String life = "";
    long last = 0;
    while (true) {
      Journal.Page page = Done.of(from.readAfter(id, last, Journal.Page.MAX_BYTES));
      if (!life.isEmpty() && !life.equals(page.incarnation())) {
        throw new JournalException(
            Reason.CONFLICT,
            "the conversation \"" + id + "\" was begun anew while it was copied; delete the copy");
      }
      life = page.incarnation();
      if (!page.entries().isEmpty()) {
        Done.of(log.append(renumbered(page.entries(), log.lastSequence())));
      }
      if (page.isLast()) {
        return log.lastSequence();
      }
      last = page.lastSequence(last);
    }
  }

  private static List<JournalEntry> renumbered(List<JournalEntry> entries, long after) {
    List<JournalEntry> renumbered = new ArrayList<>();
    long n = after;
    for (JournalEntry entry : entries) {
      renumbered.add(entry.numbered(++n));
    }
    return renumbered;
  }
}
