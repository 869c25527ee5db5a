package io.github.resilientllm.internal.journal.check;

import io.github.resilientllm.internal.journal.file.Disk;
import io.github.resilientllm.internal.journal.file.DiskFile;
import io.github.resilientllm.internal.journal.file.FileLog;
import io.github.resilientllm.internal.journal.file.FileOptions;
import io.github.resilientllm.internal.journal.file.LineReader;
import io.github.resilientllm.internal.journal.line.Instants;
import io.github.resilientllm.internal.journal.line.Line;
import io.github.resilientllm.internal.journal.line.LineDecoder;
import io.github.resilientllm.internal.journal.line.Payloads;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A file to entries. */
public final class EntryReader implements FileLog.Reader {
  private static final int MOST_PLACES = 256;

  /** Most entries fit into it; for a longer one the reader takes more. */
  private static final int ONE_LINE = 8 << 10;

  private final Disk disk;
  private final FileOptions options;
  private final Payloads payloads;

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

  public EntryReader(Disk disk, FileOptions options, Payloads payloads) {
    this.disk = disk;
    this.options = options;
    this.payloads = payloads;
  }

  @Override
  public Journal.Page read(Path path, String conversation, long length, long after, long maxBytes)
      throws IOException {
    try (DiskFile file = disk.read(path)) {
      Survey.Place place = places.get(path);
      if (place == null || place.sequence() != after) {
        place =
            after > 0 ? Survey.before(after, file, conversation, length, options.maxLine()) : null;
      }
      if (place != null) {
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

  /** What is done with each entry of a file. */
  public interface Visitor {
    /** Takes an entry whose line begins at an offset. */
    void entry(JournalEntry entry, long offset) throws IOException;
  }

  /** Reads all entries of a file that nobody writes; none if there is no file. */
  public void scan(Path path, String conversation, Visitor visitor) throws IOException {
    try (DiskFile file = disk.read(path)) {
      Survey.Visitor each =
          (entry, offset, length, sound) -> {
            if (sound) {
              visitor.entry(decode(path, conversation, entry), offset);
            }
          };
      Survey.of(file, path, conversation, Long.MAX_VALUE, options.maxLine(), each).requireIntact();
    } catch (NoSuchFileException e) {
      // as good as an empty one
    }
  }

  /** Reads the one entry whose line begins at an offset, and no more of the file. */
  public JournalEntry at(Path path, String conversation, String incarnation, long offset)
      throws IOException {
    try (DiskFile file = disk.read(path)) {
      LineReader reader = new LineReader(file, offset, file.size(), options.maxLine(), ONE_LINE);
      if (reader.advance()
          && reader.decode(new LineDecoder(incarnation, "")) instanceof Line.Entry entry
          && entry.file().equals(incarnation)) {
        return decode(path, conversation, entry);
      }
      throw new JournalException(
          Reason.DAMAGED, "The entry at byte %d of %s cannot be read".formatted(offset, path));
    }
  }

  @Override
  public Journal.Page last(Path path, String conversation, long length, long maxBytes)
      throws IOException {
    try (DiskFile file = disk.read(path)) {
      Reading end = new Reading(path, conversation, 0, Long.MAX_VALUE);
      Survey survey =
          Survey.ofEnd(file, path, conversation, length, options.maxLine(), maxBytes, end);
      if (survey != null && survey.lastEntry() != null) {
        return end.page(survey);
      }
    } catch (NoSuchFileException e) {
      return Journal.Page.NONE;
    }
    return read(path, conversation, length, 0, Long.MAX_VALUE);
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
        Instants.orEpoch(entry.at()),
        entry.kind(),
        entry.name(),
        entry.state(),
        payloads.open(path, conversation, entry));
  }
}
