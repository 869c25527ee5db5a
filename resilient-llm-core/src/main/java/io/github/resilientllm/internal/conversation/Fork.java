package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.internal.conversation.Transcript.Past;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The turns of a conversation that have their answer, as the entries of a new one. What questions
 * say of those before them is true of one life only, and is said anew.
 *
 * <p>Summaries are not among them: they count turns that may be gone, and are made again when they
 * are needed.
 */
final class Fork implements Recent.Pages {
  /** Of which a search reads the first only. */
  private static final int PAGE = 16;

  private final Transcript known;
  private final TurnKeys keys;
  private final List<JournalEntry> copied = new ArrayList<>(); // the one with number n at n - 1

  private Fork(String life, Sessions sessions, Await await) {
    this.known = new Transcript(life);
    this.keys = new TurnKeys(new Recent(this, sessions.policy(), await));
  }

  /** The entries of a new conversation, numbered from 1. */
  static List<JournalEntry> of(
      List<JournalEntry> entries, String life, Sessions sessions, Await await) {
    Fork fork = new Fork(life, sessions, await);
    wholeTurns(entries).forEach(fork::add);
    return fork.copied;
  }

  private static List<JournalEntry> wholeTurns(List<JournalEntry> entries) {
    List<JournalEntry> whole = new ArrayList<>();
    List<JournalEntry> open = new ArrayList<>();
    for (JournalEntry entry : entries) {
      switch (entry.kind()) {
        case SYSTEM -> whole.add(entry);
        case ASKED -> {
          open.clear();
          open.add(entry);
        }
        case ANSWERED, TOOL_RESULT -> open.add(entry);
        case DISCARDED -> open.clear();
        default -> {
          // says nothing of a turn that has ended
        }
      }
      if (entry.kind() == Kind.ANSWERED && entry.stateAfter() == ConversationState.IDLE) {
        whole.addAll(open);
        open.clear();
      }
    }
    return whole;
  }

  private void add(JournalEntry entry) {
    JournalEntry next = entry.numbered(copied.size() + 1);
    Past past = next.kind() == Kind.ASKED ? known.past() : null;
    if (past != null) {
      next = saidAfter(past, next);
    }
    copied.add(next);
    known.addAll(List.of(next));
  }

  private JournalEntry saidAfter(Past past, JournalEntry question) {
    try {
      String key = JsonTree.parse(question.body()).textOrNull("turn");
      List<Long> path = key == null ? null : path(key, question, past);
      String body = BodyWriter.object(fields -> fields.saidAfter(past, path, question.body()));
      return new JournalEntry(
          question.sequence(), question.at(), Kind.ASKED, question.stateAfter(), body);
    } catch (IOException e) {
      return question; // which is refused, with its number, by whoever adds it
    }
  }

  /** Walks over the questions before, as if their conversation were not in memory. */
  private @Nullable List<Long> path(String key, JournalEntry question, Past past) {
    TurnKeys.Found found = keys.find(Transcript.from(question, past), key, Long.MAX_VALUE);
    return found == null ? null : found.path();
  }

  @Override
  public CompletableFuture<Journal.Page> after(long sequence, long maxBytes) {
    int from = (int) Math.min(sequence, copied.size());
    int to = Math.min(from + PAGE, copied.size());
    boolean isLast = to == copied.size();
    return CompletableFuture.completedFuture(
        new Journal.Page(known.incarnation(), copied.subList(from, to), isLast));
  }

  @Override
  public CompletableFuture<Journal.Page> last(long maxBytes) {
    return after(0, maxBytes);
  }
}
