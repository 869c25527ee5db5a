package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.internal.conversation.Transcript.Past;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The turns of a conversation that have their answer, as the entries of a new one. What questions
 * say of those before them is true of one life only, and is said anew.
 *
 * <p>Summaries are not among them: they count turns that may be gone, and are made again when they
 * are needed.
 */
final class Fork {
  private final Transcript known;
  private final List<JournalEntry> copied = new ArrayList<>();

  private Fork(String life) {
    this.known = new Transcript(life);
  }

  /** The entries of a new conversation, numbered from 1. */
  static List<JournalEntry> of(List<JournalEntry> entries, String life) {
    Fork fork = new Fork(life);
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
      List<Long> path = key == null ? null : TurnKeys.path(known, key);
      String body = BodyWriter.object(fields -> fields.saidAfter(past, path, question.body()));
      return new JournalEntry(
          question.sequence(), question.at(), Kind.ASKED, question.stateAfter(), body);
    } catch (IOException e) {
      return question; // which is refused, with its number, by whoever adds it
    }
  }
}
