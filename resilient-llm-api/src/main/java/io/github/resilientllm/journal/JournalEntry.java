package io.github.resilientllm.journal;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One thing that happened in a conversation, as a journal keeps it.
 *
 * @param sequence its number in the conversation; the first is 1 and each is one more than the one
 *     before
 * @param at when it happened; for people, not for ordering
 * @param kind what happened
 * @param name how the kind is called where it is stored: the kind's own name in lower case, or of
 *     {@link Kind#OTHER} what its writer calls it
 * @param stateAfter where the conversation stands after it, so that a listing needs to read no body
 * @param body the content as one JSON object without line breaks; only its writer reads it
 */
public record JournalEntry(
    long sequence, Instant at, Kind kind, String name, ConversationState stateAfter, String body) {
  private static final Pattern OTHER_NAME =
      Pattern.compile("(?=.{3,64}$)[a-z0-9_-]+(\\.[a-z0-9_-]+)+");

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
    SUMMARY(true),
    /**
     * What a writer beside this library adds under a name of its own. It is kept like all others
     * and says nothing to a conversation.
     */
    OTHER(true);

    private final boolean boundary;
    private final String stored = name().toLowerCase(Locale.ROOT);

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
   * Checks the number, the name and the body.
   *
   * @throws IllegalArgumentException if the number is not positive, the name is not the kind's, the
   *     state is one that is never stored, or the body is no single line that starts with a brace
   */
  public JournalEntry {
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(stateAfter, "stateAfter");
    if (sequence < 1) {
      throw new IllegalArgumentException("Entries are numbered from 1, not " + sequence);
    }
    if (kind == Kind.OTHER ? !isOtherName(name) : !name.equals(nameOf(kind))) {
      throw new IllegalArgumentException(
          "An entry of the kind " + kind + " cannot be called '" + name + "'");
    }
    name = kind == Kind.OTHER ? name : nameOf(kind); // one text for all entries
    if (stateAfter == ConversationState.UNKNOWN) {
      throw new IllegalArgumentException("The state UNKNOWN is only told, never stored");
    }
    if (!body.startsWith("{") || body.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("The body of an entry is one line of JSON, an object");
    }
  }

  /** An entry of this library's. */
  public JournalEntry(
      long sequence, Instant at, Kind kind, ConversationState stateAfter, String body) {
    this(sequence, at, kind, nameOf(kind), stateAfter, body);
  }

  /**
   * An entry of another writer.
   *
   * @param name two words or more of lower-case letters, digits, dashes and underscores with dots
   *     between them, such as {@code com.example.rating}; 64 characters at most. Names without a
   *     dot are this library's
   * @param stateAfter as the entry before has it
   */
  public static JournalEntry other(
      long sequence, Instant at, String name, ConversationState stateAfter, String body) {
    return new JournalEntry(sequence, at, Kind.OTHER, name, stateAfter, body);
  }

  /** Whether a name is one of {@link Kind#OTHER}. */
  public static boolean isOtherName(String name) {
    return OTHER_NAME.matcher(name).matches();
  }

  /** The same entry under another number. */
  public JournalEntry numbered(long number) {
    return new JournalEntry(number, at, kind, name, stateAfter, body);
  }

  /**
   * The body as stores keep it, in UTF-8. Half a surrogate pair, as the end of a cut text may leave
   * it, has none and is written as JSON escapes it: the same text to whoever parses it.
   */
  public byte[] bodyBytes() {
    return utf8(body);
  }

  static byte[] utf8(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        StringBuilder whole = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> appendWhole(c, whole));
        return whole.toString().getBytes(StandardCharsets.UTF_8);
      }
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void appendWhole(int c, StringBuilder text) {
    if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
      text.append("\\u").append(HexFormat.of().toHexDigits((char) c));
    } else {
      text.appendCodePoint(c);
    }
  }

  private static String nameOf(Kind kind) {
    return kind.stored;
  }

  /** Shows no content. */
  @Override
  public String toString() {
    return "JournalEntry[" + sequence + " " + name + ", " + body.length() + " chars]";
  }
}
