package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be seen of a conversation, and done to it, without a call. */
public final class View {
  private final Sessions sessions;
  private final String conversation;

  /** A view of a conversation. */
  public View(Sessions sessions, String conversation) {
    this.sessions = sessions;
    this.conversation = conversation;
  }

  /**
   * Where it stands.
   *
   * @throws JournalException if it cannot be read for another reason than what is in it
   */
  public ConversationState state() {
    try {
      return recent().state();
    } catch (JournalException e) {
      return switch (e.reason()) {
        case DAMAGED -> ConversationState.DAMAGED;
        case UNKNOWN -> ConversationState.UNKNOWN;
        default -> throw e;
      };
    }
  }

  /** The instructions; null if it has none. */
  public @Nullable String system() {
    return recent().system();
  }

  /** The turns that have their answer, as messages without the instructions. */
  public List<Message> history() {
    return transcript().history();
  }

  /** The turn that awaits an answer or a tool's result; null if none does. */
  public @Nullable OpenTurn openTurn() {
    return recent().ofLast(turn -> turn.isOpen() ? OpenTurn.of(turn) : null);
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
    List<JournalEntry> entries = withFloor(Floor::entries);
    new View(sessions, copy)
        .withFloor(
            (floor, deadline) -> {
              if (floor.transcript().lastSequence() > 0) {
                throw new IllegalStateException(
                    "The conversation to fork to exists already; delete it or choose another id");
              }
              String life = floor.transcript().incarnation();
              floor.copy(Fork.of(entries, life), deadline);
              return true;
            });
  }

  /** Forgets what the journal has not got; says how many entries that were. */
  public int dropUnsaved() {
    Session session = sessions.of(conversation);
    int dropped = session.dropUnsaved();
    sessions.settle(session);
    return dropped;
  }

  /** Deletes it; false if there is none. */
  public boolean delete() {
    Session session = sessions.known(conversation);
    if (session != null) {
      session.requireFree(); // its journal may not know of a turn that goes on without it
    }
    Await await = new Await(sessions.engine().time());
    boolean deleted =
        await.forJournal(
            sessions.journal().delete(conversation),
            await.now() + sessions.engine().deadlineNanos());
    Session known = sessions.known(conversation);
    if (known != null) {
      known.deleted();
    }
    return deleted;
  }

  /** All of it as JSON. */
  public String export() {
    return Export.of(conversation, transcript());
  }

  private interface WithFloor<T> {
    T run(Floor floor, long deadline);
  }

  private <T> T withFloor(WithFloor<T> work) {
    Await await = new Await(sessions.engine().time());
    Floor floor = new Floor(sessions, conversation, await);
    long deadline = await.now() + sessions.engine().deadlineNanos();
    floor.take(deadline);
    try {
      return work.run(floor, deadline);
    } finally {
      floor.release();
    }
  }

  private Transcript recent() {
    Await await = new Await(sessions.engine().time());
    return new Look(sessions, conversation, await)
        .recent(await.now() + sessions.engine().deadlineNanos());
  }

  private Transcript transcript() {
    Await await = new Await(sessions.engine().time());
    return new Look(sessions, conversation, await)
        .transcript(await.now() + sessions.engine().deadlineNanos());
  }
}
