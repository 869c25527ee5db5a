package io.github.resilientllm.postgres.internal.journal;

import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import io.github.resilientllm.postgres.internal.sql.Ids;
import io.github.resilientllm.postgres.internal.sql.Trouble;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What the journal says when it cannot: the conversation, what is wrong, the remedy. */
final class Failures {
  private static final int MOST_SHOWN = 60;

  private Failures() {}

  /** A conversation as it may stand in a message. */
  static String name(String id) {
    String shown = Ids.encode(id);
    return "conversation '%s'"
        .formatted(shown.length() <= MOST_SHOWN ? shown : shown.substring(0, MOST_SHOWN) + "...");
  }

  static JournalException failed(String doing, SQLException e) {
    return new JournalException(
        Reason.FAILED, doing + " failed: " + Trouble.words(e), Trouble.cause(e));
  }

  static JournalException unwritten(String id, SQLException e) {
    return new JournalException(
        Reason.FAILED,
        "Writing to %s failed: %s. What was not acknowledged may or may not be there; close the log and open the conversation again"
            .formatted(name(id), Trouble.words(e)),
        Trouble.cause(e));
  }

  static JournalException unstored(String id, Throwable e) {
    return new JournalException(
        Reason.FAILED,
        "Writing to %s failed (%s)".formatted(name(id), e.getClass().getSimpleName()),
        e);
  }

  static JournalException lost(String id, String how) {
    return new JournalException(
        Reason.LOST,
        "The right to write %s was lost: %s. This program was held up for longer than its lease, or the database was; open the conversation again, or lengthen the lease"
            .formatted(name(id), how));
  }

  static JournalException busy(String id, Statements.@Nullable Holder holder) {
    if (holder == null || holder.isFree()) {
      return new JournalException(
          Reason.BUSY, "Others are after %s too; try again".formatted(name(id)));
    }
    return new JournalException(
        Reason.BUSY,
        "%s is written by %s, whose lease ends at %s unless it is renewed; wait until it closes the conversation"
            .formatted(capital(name(id)), holder.owner(), holder.until()));
  }

  static JournalException damaged(String id, String problem) {
    return new JournalException(
        Reason.DAMAGED,
        "%s is damaged: %s. Nothing was changed; restore it from a backup, repair it (PostgresJournal.repair, journal repair), or delete it"
            .formatted(capital(name(id)), problem));
  }

  static JournalException unrepaired(String id, String why) {
    return new JournalException(
        Reason.DAMAGED,
        "%s cannot be repaired: %s. Nothing was changed".formatted(capital(name(id)), why));
  }

  static JournalException closed(String what) {
    return new JournalException(Reason.CLOSED, what);
  }

  private static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
