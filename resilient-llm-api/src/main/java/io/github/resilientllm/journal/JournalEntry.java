package io.github.resilientllm.journal;

import java.time.Instant;
import java.util.Objects;

/**
 * One thing that happened in a conversation, as a journal keeps it.
 *
 * @param sequence its number in the conversation; the first is 1 and each is one more than the one
 *     before
 * @param at when it happened; for people, not for ordering
 * @param kind what happened
 * @param stateAfter where the conversation stands after it, so that a listing needs to read no body
 * @param body the content as one JSON object without line breaks; only the library reads it
 */
public record JournalEntry(
    long sequence, Instant at, Kind kind, ConversationState stateAfter, String body) {

  /** What happened. */
  public enum Kind {
    /** The instructions to the model were set. */
    SYSTEM(true),
    /** A question was asked; it begins a turn. */
    ASKED(true),
    /** A request went to a target. */
    ATTEMPT(false),
    /** More of an answer came. Once the turn has ended it says nothing that is not said again. */
    PROGRESS(false),
    /** An answer was complete. */
    ANSWERED(true),
    /** A tool called by the answer before gave its result. */
    TOOL_RESULT(true),
    /** A call ended without an answer; its question stays open. */
    FAILED(false),
    /** The open question was given up. */
    DISCARDED(true),
    /** What was said before a certain turn was summed up. */
    SUMMARY(true);

    private final boolean boundary;

    Kind(boolean boundary) {
      this.boundary = boundary;
    }

    /**
     * Whether somebody relies on the entry before anything else happens: it is acknowledged only
     * when a loss of power cannot undo it. The others may be acknowledged when the end of the
     * process cannot.
     */
    public boolean isBoundary() {
      return boundary;
    }

    /**
     * Whether what follows says all of it again, so that it may be dropped when a turn has ended.
     */
    public boolean isSaidAgain() {
      return this == PROGRESS || this == ATTEMPT;
    }
  }

  /**
   * Checks the number and the body.
   *
   * @throws IllegalArgumentException if the number is not positive, or the body is no single line
   *     that starts with a brace
   */
  public JournalEntry {
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(stateAfter, "stateAfter");
    if (sequence < 1) {
      throw new IllegalArgumentException("Entries are numbered from 1, not " + sequence);
    }
    if (!body.startsWith("{") || body.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("The body of an entry is one line of JSON, an object");
    }
  }

  /** Shows no content. */
  @Override
  public String toString() {
    return "JournalEntry[" + sequence + " " + kind + ", " + body.length() + " chars]";
  }
}
