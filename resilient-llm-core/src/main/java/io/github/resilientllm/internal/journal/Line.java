package io.github.resilientllm.internal.journal;

import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.JournalEntry.Kind;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/** A line of a conversation's file, as docs/journal-format.md describes it. */
sealed interface Line {

  /** The file that it was written to. */
  String file();

  /** How many bytes from the file's beginning were known durable when it was written. */
  long safe();

  /**
   * The first line.
   *
   * @param version of the format; of any but {@link LineEncoder#VERSION} nothing more is known
   */
  record Header(int version, String conversation, String file, long safe, String at)
      implements Line {}

  /** Says only how much is durable; the last line of a log that was closed in order. */
  record Mark(String file, long safe) implements Line {}

  /** An entry; its payload is valid until the next line is read. */
  record Entry(
      long sequence,
      String file,
      long safe,
      String at,
      Kind kind,
      ConversationState state,
      Gap gap,
      Payload payload)
      implements Line {

    /** Whether the numbers go on with it after {@code last}. */
    boolean follows(long last) {
      return gap.from == 0 ? sequence == last + 1 : gap.from == last + 1 && sequence > gap.from;
    }

    /** The same in another place, where all before it is durable or nothing is known of it. */
    Entry movedAfter(long last, boolean gapsAreLost) {
      Gap moved = Gap.NONE;
      if (sequence != last + 1) {
        moved = new Gap(last + 1, gapsAreLost || gap.lost);
      }
      return new Entry(sequence, file, 0, at, kind, state, moved, payload);
    }
  }

  /**
   * The numbers that are missing right before an entry.
   *
   * @param from the first of them; 0 if none is missing
   * @param lost whether damage took them; otherwise they were dropped to save room
   */
  record Gap(long from, boolean lost) {
    static final Gap NONE = new Gap(0, false);
  }

  /** The body of an entry, as it stands in the line. */
  final class Payload {
    private final byte[] bytes;
    private final int from;
    private final int to;
    private final @Nullable String key;

    /** A part of a buffer, sealed with a key unless that is null. */
    Payload(byte[] bytes, int from, int to, @Nullable String key) {
      this.bytes = bytes;
      this.from = from;
      this.to = to;
      this.key = key;
    }

    static Payload of(byte[] bytes, @Nullable String key) {
      return new Payload(bytes, 0, bytes.length, key);
    }

    int length() {
      return to - from;
    }

    /** The id of the key that it is sealed with; null if it is plain. */
    @Nullable String key() {
      return key;
    }

    String text(Charset charset) {
      return new String(bytes, from, length(), charset);
    }

    void copyTo(byte[] target, int at) {
      System.arraycopy(bytes, from, target, at, length());
    }
  }
}
