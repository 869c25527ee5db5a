package io.github.resilientllm.internal.journal.line;

import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.JournalEntry.Kind;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/** A line of a conversation's file, as docs/journal-format.md describes it. */
public sealed interface Line {

  /** The file that it was written to. */
  String file();

  /** How many bytes from the file's beginning were known durable when it was written. */
  long safe();

  /** The first line. */
  record Header(String conversation, String file, long safe, String at) implements Line {}

  /**
   * Says only how much is durable; the last line of a log that was closed in order.
   *
   * @param streamed how many bytes before it are progress and attempts; -1 if it does not say
   */
  record Mark(String file, long safe, long streamed) implements Line {}

  /**
   * A line that was written whole, and that this version does not understand.
   *
   * @param file empty if it says none
   * @param what it is that is not known, such as "the kind 'branch'"
   */
  record Unknown(String file, long safe, String what) implements Line {}

  /**
   * An entry; its payload is valid until the next line is read.
   *
   * @param name of the kind
   * @param more how many of the entries that follow were appended together with it
   */
  record Entry(
      long sequence,
      String file,
      long safe,
      String at,
      Kind kind,
      String name,
      ConversationState state,
      Gap gap,
      int more,
      Payload payload)
      implements Line {

    /** Whether the numbers go on with it after {@code last}. */
    public boolean follows(long last) {
      return gap.from == 0 ? sequence == last + 1 : gap.from == last + 1 && sequence > gap.from;
    }

    /**
     * The same in another file, where all before it is durable or nothing is known of it, and all
     * that was appended together is there.
     */
    public Entry movedAfter(long last, boolean gapsAreLost) {
      Gap moved = Gap.NONE;
      if (sequence != last + 1) {
        moved = new Gap(last + 1, gapsAreLost || gap.lost);
      }
      return new Entry(sequence, file, 0, at, kind, name, state, moved, 0, payload);
    }
  }

  /**
   * The numbers that are missing right before an entry.
   *
   * @param from the first of them; 0 if none is missing
   * @param lost whether damage took them; otherwise they were dropped to save room
   */
  record Gap(long from, boolean lost) {
    public static final Gap NONE = new Gap(0, false);
  }

  /** The body of an entry, as it stands in the line. */
  final class Payload {
    private final byte[] bytes;
    private final int from;
    private final int to;
    private final boolean headless;
    private final @Nullable String key;

    private Payload(byte[] bytes, int from, int to, boolean headless, @Nullable String key) {
      this.bytes = bytes;
      this.from = from;
      this.to = to;
      this.headless = headless;
      this.key = key;
    }

    /** A part of a buffer, sealed with a key unless that is null. */
    public Payload(byte[] bytes, int from, int to, @Nullable String key) {
      this(bytes, from, to, false, key);
    }

    /** A plain body whose opening brace is not in the buffer, but all behind it. */
    public static Payload headless(byte[] bytes, int from, int to) {
      return new Payload(bytes, from, to, true, null);
    }

    public static Payload of(byte[] bytes, @Nullable String key) {
      return new Payload(bytes, 0, bytes.length, key);
    }

    public int length() {
      return to - from + (headless ? 1 : 0);
    }

    /** The id of the key that it is sealed with; null if it is plain. */
    public @Nullable String key() {
      return key;
    }

    public String text(Charset charset) {
      String text = new String(bytes, from, to - from, charset);
      return headless ? "{" + text : text;
    }

    /** Whether it is an object with a field that begins right behind the brace. */
    public boolean isPlainObject() {
      return key == null
          && !headless
          && to - from > 2
          && bytes[from] == '{'
          && bytes[from + 1] == '"';
    }

    public void copyTo(byte[] target, int at) {
      if (headless) {
        target[at] = '{';
        System.arraycopy(bytes, from, target, at + 1, to - from);
      } else {
        System.arraycopy(bytes, from, target, at, to - from);
      }
    }

    /** Copies all but the opening brace. */
    public void copyFieldsTo(byte[] target, int at) {
      System.arraycopy(bytes, from + 1, target, at, to - from - 1);
    }
  }
}
