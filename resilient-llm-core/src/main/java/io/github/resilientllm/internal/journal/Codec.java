package io.github.resilientllm.internal.journal;

import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Entries to lines, and a file to entries. */
final class Codec {
  private static final long MOST_SHORT_SECONDS = 3600;
  private static final int MOST_PLACES = 256;

  private final Disk disk;
  private final FileOptions options;
  private final Sealing sealing;

  /** Where the next page of a file begins, so that reading all of them reads it once. */
  private final Map<Path, Survey.Place> places =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Path, Survey.Place> eldest) {
              return size() > MOST_PLACES;
            }
          });

  Codec(Disk disk, FileOptions options) {
    this.disk = disk;
    this.options = options;
    this.sealing = new Sealing(options.keys(), options.plainToo());
  }

  /**
   * The lines of entries that are appended together.
   *
   * @param before when the entry before them was made; null if that is not known
   */
  byte[] encode(
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
    if (entry.body().length() > options.maxEntryBytes()) {
      throw tooLarge(entry, entry.body().length());
    }
    byte[] body = LineEncoder.utf8(entry.body());
    if (body.length > options.maxEntryBytes()) {
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
            sealing.close(conversation, file, entry, body));
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
            .formatted(entry.sequence(), bytes, options.maxEntryBytes()));
  }

  /**
   * The entries of a file up to a length, those after a number; none if there is no file. An
   * unfinished end is left out: a writer may be at it.
   *
   * @param maxBytes about how many bytes of entries to give
   */
  Journal.Page read(Path path, String conversation, long length, long after, long maxBytes)
      throws IOException {
    try (DiskFile file = disk.read(path)) {
      Survey.Place place = places.get(path);
      if (place != null && place.sequence() == after) {
        Reading rest = new Reading(path, conversation, after, maxBytes);
        Survey survey = Survey.from(place, file, path, length, options.maxLine(), rest);
        if (survey != null) {
          return rest.page(survey);
        }
      }
      Reading all = new Reading(path, conversation, after, maxBytes);
      Survey survey = Survey.of(file, path, conversation, length, options.maxLine(), all);
      if (!all.hasEnough()) {
        survey.requireIntact();
      }
      return all.page(survey);
    } catch (NoSuchFileException e) {
      return Journal.Page.NONE;
    }
  }

  private final class Reading implements Survey.Visitor {
    private final Path path;
    private final String conversation;
    private final long after;
    private final long maxBytes;
    private final List<JournalEntry> entries = new ArrayList<>();
    private String file = "";
    private String at = "";
    private long end; // of the last entry's line
    private long room;
    private boolean isWhole = true; // nothing belongs to the last entry that has not come
    private boolean isFull;

    Reading(Path path, String conversation, long after, long maxBytes) {
      this.path = path;
      this.conversation = conversation;
      this.after = after;
      this.maxBytes = maxBytes;
    }

    @Override
    public void entry(Line.Entry entry, long offset, long length, boolean sound) {
      if (!sound || isFull) {
        return;
      }
      if (entry.sequence() > after) {
        room += length;
        isFull = !entries.isEmpty() && isWhole && room > maxBytes;
        if (isFull) {
          return;
        }
        entries.add(decode(path, conversation, entry));
      }
      file = entry.file();
      at = entry.at();
      end = offset + length;
      isWhole = entry.more() == 0;
    }

    @Override
    public boolean hasEnough() {
      return isFull;
    }

    Journal.Page page(Survey survey) {
      if (isFull) {
        long last = entries.get(entries.size() - 1).sequence();
        places.put(path, new Survey.Place(file, last, end, at));
        return new Journal.Page(file, entries, false);
      }
      places.remove(path);
      // The last of them may be a part of what was appended together and not written whole.
      entries.removeIf(entry -> entry.sequence() > survey.lastSequence());
      return survey.lastSequence() == 0
          ? Journal.Page.NONE
          : new Journal.Page(Objects.requireNonNull(survey.file()), entries, true);
    }
  }

  private JournalEntry decode(Path path, String conversation, Line.Entry entry) {
    return new JournalEntry(
        entry.sequence(),
        instant(entry.at()),
        entry.kind(),
        entry.name(),
        entry.state(),
        sealing.open(path, conversation, entry));
  }

  /** For people only, and so no reason to refuse an entry. */
  static Instant instant(String text) {
    try {
      return Instants.parse(text);
    } catch (DateTimeException e) {
      return Instant.EPOCH;
    }
  }
}
