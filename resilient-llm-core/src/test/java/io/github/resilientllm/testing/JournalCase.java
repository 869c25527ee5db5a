package io.github.resilientllm.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A journal for a test, and entries for it. */
@Timeout(60)
abstract class JournalCase {
  static final Instant NOON = Instant.parse("2026-11-22T12:00:00.123456Z");

  Journal journal;

  /** A journal without conversations; it is closed after the test. */
  protected abstract Journal open() throws Exception;

  /**
   * The journal as the next process finds it. One that keeps nothing so long gives itself.
   *
   * @param journal what {@link #open} gave; still open
   */
  protected abstract Journal reopen(Journal journal) throws Exception;

  @BeforeEach
  final void openJournal() throws Exception {
    journal = open();
  }

  @AfterEach
  final void closeJournal() {
    journal.close();
  }

  static void assertRefused(Reason reason, ThrowingCallable call) {
    assertThatThrownBy(call).satisfies(thrown -> assertThat(reasonOf(thrown)).isEqualTo(reason));
  }

  static Reason reasonOf(Throwable thrown) {
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    assertThat(cause).isInstanceOf(JournalException.class);
    return ((JournalException) cause).reason();
  }

  static void append(Journal.Log log, long first, long last) {
    for (long n = first; n <= last; n++) {
      log.append(entry(n)).join();
    }
  }

  static List<JournalEntry> entries(long first, long last) {
    List<JournalEntry> entries = new ArrayList<>();
    for (long n = first; n <= last; n++) {
      entries.add(entry(n));
    }
    return entries;
  }

  /** Odd ones are forced to the disk, even ones are only written. */
  static JournalEntry entry(long n) {
    Kind kind = n % 2 == 1 ? Kind.ASKED : Kind.FAILED;
    String body = "{\"text\":\"entry " + n + "\"}";
    return new JournalEntry(
        n, NOON.plusMillis(n % 1000), kind, ConversationState.QUESTION_PENDING, body);
  }
}
