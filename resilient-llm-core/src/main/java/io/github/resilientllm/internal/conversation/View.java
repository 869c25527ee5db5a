package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be seen of a conversation, and done to it, without a call. */
public final class View {
  private final Sessions sessions;
  private final Session session;

  /** A view of a conversation. */
  public View(Sessions sessions, String conversation) {
    this.sessions = sessions;
    this.session = sessions.of(conversation);
  }

  /**
   * Where it stands.
   *
   * @throws JournalException if it cannot be read, unless it is damaged
   */
  public ConversationState state() {
    try {
      return transcript().state();
    } catch (JournalException e) {
      if (e.reason() == Reason.DAMAGED) {
        return ConversationState.DAMAGED;
      }
      throw e;
    }
  }

  /** The instructions; null if it has none. */
  public @Nullable String system() {
    return transcript().system();
  }

  /** The turns that have their answer, as messages without the instructions. */
  public List<Message> history() {
    return transcript().history();
  }

  /** The turn that awaits an answer or a tool's result; null if none does. */
  public @Nullable OpenTurn openTurn() {
    return transcript().ofLast(turn -> turn.isOpen() ? OpenTurn.of(turn) : null);
  }

  /** Closes the open turn; false if there is none. */
  public boolean discard() {
    return withFloor(
        (floor, deadline) -> {
          if (floor.transcript().state() == ConversationState.IDLE) {
            return false;
          }
          new Entries(floor, sessions.redaction()).discarded(deadline);
          return true;
        });
  }

  /** Keeps the result of a tool that the last answer called. */
  public void keep(ToolResult result) {
    withFloor(
        (floor, deadline) -> {
          if (!floor.transcript().awaits(result.callId())) {
            throw new IllegalArgumentException(
                "No tool call waits for the result " + result.callId());
          }
          new Entries(floor, sessions.redaction()).result(result, deadline);
          return true;
        });
  }

  /** Copies whole turns to a new conversation. */
  public void forkTo(String copy) {
    List<JournalEntry> entries = withFloor((floor, deadline) -> floor.entries());
    new View(sessions, copy)
        .withFloor(
            (floor, deadline) -> {
              if (floor.transcript().lastSequence() > 0) {
                throw new IllegalStateException(
                    "The conversation to fork to exists already; delete it or choose another id");
              }
              floor.copy(wholeTurns(entries), deadline);
              return true;
            });
  }

  /** Deletes it; false if there is none. */
  public boolean delete() {
    boolean deleted = sessions.journal().delete(session.id());
    session.deleted();
    return deleted;
  }

  /** All of it as JSON. */
  public String export() {
    return Export.of(session.id(), transcript());
  }

  /**
   * The entries of turns that have ended with an answer, numbered anew. Summaries are not among
   * them: they count turns that may be gone, and are made again when they are needed.
   */
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
    List<JournalEntry> numbered = new ArrayList<>();
    for (JournalEntry entry : whole) {
      numbered.add(
          new JournalEntry(
              numbered.size() + 1, entry.at(), entry.kind(), entry.stateAfter(), entry.body()));
    }
    return numbered;
  }

  private interface WithFloor<T> {
    T run(Floor floor, long deadline);
  }

  private <T> T withFloor(WithFloor<T> work) {
    Await await = new Await(sessions.engine().time());
    Floor floor = new Floor(sessions, session, await);
    long deadline = await.now() + sessions.engine().deadlineNanos();
    floor.take(deadline);
    try {
      return work.run(floor, deadline);
    } finally {
      floor.release();
    }
  }

  /** What was said: the turn that is going on included, if one is. */
  private Transcript transcript() {
    Transcript known = session.transcript();
    if (known != null && session.isTaken()) {
      return known;
    }
    Await await = new Await(sessions.engine().time());
    Floor floor = new Floor(sessions, session, await);
    try {
      floor.takeAtOnce(await.now() + sessions.engine().deadlineNanos());
    } catch (JournalException e) {
      if (e.reason() != Reason.LOCKED) {
        throw e;
      }
      return beingWritten();
    }
    try {
      return floor.transcript();
    } finally {
      floor.release();
    }
  }

  /** What another writer, here or elsewhere, has written so far. */
  private Transcript beingWritten() {
    Transcript known = session.transcript();
    if (known != null && session.isTaken()) {
      return known;
    }
    Transcript read = new Transcript("");
    read.addAll(sessions.journal().read(session.id()));
    return read;
  }
}
