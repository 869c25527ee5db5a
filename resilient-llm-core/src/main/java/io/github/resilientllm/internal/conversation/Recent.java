package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.internal.conversation.Transcript.Past;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.policy.Conversations;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads of a conversation what its next turn needs: from the end, as many turns as the window
 * sends, so that a turn costs what is sent and not what is kept.
 */
final class Recent {
  /** Holds the window of most conversations. */
  private static final long FIRST_BYTES = 128 << 10;

  private final Pages pages;
  private final Conversations policy;
  private final Await await;

  /** Where entries come from: a log, or a journal without holding the conversation. */
  interface Pages {
    CompletableFuture<Journal.Page> after(long sequence, long maxBytes);

    CompletableFuture<Journal.Page> last(long maxBytes);

    static Pages of(Journal.Log log) {
      return new Pages() {
        @Override
        public CompletableFuture<Journal.Page> after(long sequence, long maxBytes) {
          return log.readAfter(sequence, maxBytes);
        }

        @Override
        public CompletableFuture<Journal.Page> last(long maxBytes) {
          return log.readLast(maxBytes);
        }
      };
    }

    static Pages of(Journal journal, String conversation) {
      return new Pages() {
        @Override
        public CompletableFuture<Journal.Page> after(long sequence, long maxBytes) {
          return journal.readAfter(conversation, sequence, maxBytes);
        }

        @Override
        public CompletableFuture<Journal.Page> last(long maxBytes) {
          return journal.readLast(conversation, maxBytes);
        }
      };
    }
  }

  Recent(Pages pages, Conversations policy, Await await) {
    this.pages = pages;
    this.policy = policy;
    this.await = await;
  }

  /** As much as is needed of one life; null if all of it must be read. */
  @Nullable Transcript read(String incarnation, long deadline) {
    if (policy.window().equals(Conversations.Window.all())) {
      return null;
    }
    for (long bytes = FIRST_BYTES; bytes <= Journal.Page.MAX_BYTES; bytes *= 4) {
      Journal.Page page = await.forJournal(pages.last(bytes), deadline);
      if (page.entries().isEmpty() || !page.incarnation().equals(incarnation)) {
        return null;
      }
      if (page.entries().get(0).sequence() == 1) {
        Transcript whole = new Transcript(incarnation);
        whole.addAll(page.entries());
        return whole;
      }
      Transcript end = end(page.entries(), incarnation, deadline);
      if (end != null && end.covers(policy.window(), policy.summarizer().isPresent())) {
        return end;
      }
    }
    return null;
  }

  private @Nullable Transcript end(List<JournalEntry> entries, String incarnation, long deadline) {
    for (int i = 0; i < entries.size(); i++) {
      JournalEntry entry = entries.get(i);
      Past past = entry.kind() == Kind.ASKED ? Transcript.pastOf(entry, incarnation) : null;
      if (past != null) {
        return from(past, entries, i, deadline);
      }
    }
    return null;
  }

  private @Nullable Transcript from(Past past, List<JournalEntry> entries, int at, long deadline) {
    Transcript end = Transcript.from(entries.get(at), past);
    if (past.summary() != 0) {
      JournalEntry summary = among(entries, past.summary());
      if (summary == null || summary.kind() != Kind.SUMMARY) {
        return null;
      }
      end.take(summary);
    }
    if (past.system() != 0) {
      JournalEntry system = among(entries, past.system());
      if (system == null) {
        var page = await.forJournal(pages.after(past.system() - 1, 1), deadline);
        system = among(page.entries(), past.system());
      }
      if (system == null || system.kind() != Kind.SYSTEM) {
        return null;
      }
      end.take(system);
    }
    end.addAll(entries.subList(at, entries.size()));
    return end;
  }

  private static @Nullable JournalEntry among(List<JournalEntry> entries, long number) {
    for (JournalEntry entry : entries) {
      if (entry.sequence() == number) {
        return entry;
      }
    }
    return null;
  }

  /** The question with a number, of one life; null if it is not there. */
  @Nullable JournalEntry question(long number, String incarnation, long deadline) {
    Journal.Page page = await.forJournal(pages.after(number - 1, 1), deadline);
    JournalEntry there = among(page.entries(), number);
    return there == null || there.kind() != Kind.ASKED || !page.incarnation().equals(incarnation)
        ? null
        : there;
  }

  /** The one turn that begins with a question; null if the conversation began anew meanwhile. */
  @Nullable Transcript turn(JournalEntry question, String incarnation, long deadline) {
    Transcript turn = new Transcript(incarnation);
    long last = question.sequence() - 1;
    while (true) {
      Journal.Page page = await.forJournal(pages.after(last, FIRST_BYTES), deadline);
      if (!page.incarnation().equals(incarnation)) {
        return null;
      }
      for (JournalEntry entry : page.entries()) {
        if (entry.kind() == Kind.ASKED && entry.sequence() > question.sequence()) {
          return turn;
        }
        turn.addAll(List.of(entry));
      }
      last = page.lastSequence(last);
      if (page.isLast()) {
        return turn;
      }
    }
  }

  /**
   * Reads the turns that a transcript has not; false if the conversation was begun again meanwhile.
   */
  boolean complete(Transcript end, long deadline) {
    long first = end.first();
    if (first == 0) {
      return true;
    }
    Transcript before = new Transcript(end.incarnation());
    while (before.lastSequence() < first - 1) {
      Journal.Page page =
          await.forJournal(pages.after(before.lastSequence(), Journal.Page.MAX_BYTES), deadline);
      if (!page.incarnation().equals(end.incarnation())) {
        return false;
      }
      before.addAll(page.entries().stream().filter(e -> e.sequence() < first).toList());
      if (page.isLast() || page.lastSequence(first) >= first) {
        break;
      }
    }
    end.complete(before);
    return true;
  }
}
