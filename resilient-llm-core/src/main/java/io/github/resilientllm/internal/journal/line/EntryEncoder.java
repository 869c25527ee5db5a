package io.github.resilientllm.internal.journal.line;

import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Entries to lines. */
public final class EntryEncoder {
  private static final long MOST_SHORT_SECONDS = 3600;

  private final int maxEntryBytes;
  private final Payloads payloads;

  public EntryEncoder(int maxEntryBytes, Payloads payloads) {
    this.maxEntryBytes = maxEntryBytes;
    this.payloads = payloads;
  }

  /**
   * The lines of entries that are appended together.
   *
   * @param before when the entry before them was made; null if that is not known
   */
  public byte[] encode(
      String conversation,
      List<JournalEntry> entries,
      @Nullable Instant before,
      String file,
      long durable) {
    if (entries.size() == 1) {
      return encode(conversation, entries.get(0), before, 0, file, durable);
    }
    List<byte[]> lines = new ArrayList<>();
    int length = 0;
    for (int i = 0; i < entries.size(); i++) {
      int more = entries.size() - 1 - i;
      byte[] line = encode(conversation, entries.get(i), null, more, file, durable);
      length = Math.addExact(length, line.length);
      lines.add(line);
    }
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] line : lines) {
      System.arraycopy(line, 0, all, at, line.length);
      at += line.length;
    }
    return all;
  }

  private byte[] encode(
      String conversation,
      JournalEntry entry,
      @Nullable Instant before,
      int more,
      String file,
      long durable) {
    if (entry.body().length() > maxEntryBytes) {
      throw tooLarge(entry, entry.body().length());
    }
    byte[] body = entry.bodyBytes();
    if (body.length > maxEntryBytes) {
      throw tooLarge(entry, body.length);
    }
    Line.Entry line =
        new Line.Entry(
            entry.sequence(),
            file,
            durable,
            entry.at().toString(),
            entry.kind(),
            entry.name(),
            entry.stateAfter(),
            Line.Gap.NONE,
            more,
            payloads.close(conversation, file, entry, body));
    long millis = millisBetween(before, entry.at());
    return LineEncoder.canBeShort(line, millis)
        ? LineEncoder.shortEntry(line, millis)
        : LineEncoder.entry(line);
  }

  /** A whole number of milliseconds from an entry to the next; -1 if it is none, or many. */
  private static long millisBetween(@Nullable Instant before, Instant at) {
    if (before == null) {
      return -1;
    }
    long seconds = at.getEpochSecond() - before.getEpochSecond();
    int nanos = at.getNano() - before.getNano();
    boolean isUsual = seconds >= 0 && seconds <= MOST_SHORT_SECONDS && nanos % 1_000_000 == 0;
    return isUsual ? seconds * 1000 + nanos / 1_000_000 : -1;
  }

  private JournalException tooLarge(JournalEntry entry, int bytes) {
    return new JournalException(
        Reason.TOO_LARGE,
        "Entry %d has %d bytes or more and maxEntryBytes is %d; shorten it or allow more"
            .formatted(entry.sequence(), bytes, maxEntryBytes));
  }
}
