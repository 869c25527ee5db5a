package io.github.resilientllm.internal.journal.check;

import io.github.resilientllm.internal.journal.file.DiskFile;
import io.github.resilientllm.internal.journal.file.LineReader;
import io.github.resilientllm.internal.journal.file.Names;
import io.github.resilientllm.internal.journal.line.Line;
import io.github.resilientllm.internal.journal.line.LineDecoder;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one pass over a conversation's file finds, and the judgement on it: whole, torn by a crash
 * at its end, or damaged.
 *
 * <p>What cannot be read is a torn end if it lies behind all that any line knows to be durable:
 * bytes that were never forced reach the disk in any order, or not at all. Before that point it is
 * damage. So is a line that no crash can leave where it stands: behind a gap in the numbers, from
 * another file, or in front of bytes that it says are behind it. An entry whose number is taken is
 * what a second writer left that came too late, and a torn end as well: it was never acknowledged,
 * nor was anything behind it.
 *
 * <p>A line that is whole and not understood was written by a newer version. It is neither torn nor
 * damage, and whoever would change the file is refused.
 */
public final class Survey {

  /** What to do with each entry that can be read. */
  public interface Visitor {
    Visitor NONE = (entry, offset, length, sound) -> {};

    /** Whether it has seen enough; the rest of the file is not read then. */
    default boolean hasEnough() {
      return false;
    }

    /**
     * Takes an entry.
     *
     * @param entry valid during the call
     * @param sound whether all before it could be read
     */
    void entry(Line.Entry entry, long offset, long length, boolean sound) throws IOException;
  }

  /**
   * A place where reading goes on: behind an entry that was read before, in a file that is whole up
   * to there.
   *
   * @param offset of the line behind that entry
   * @param at when that entry was made
   */
  public record Place(String file, long sequence, long offset, String at) {}

  private static final int MOST_PROBLEMS = 100;

  /** More than the header of the longest id takes. */
  private static final int HEADER = 8 << 10;

  /** Reading so much takes no longer than looking for a nearer place. */
  private static final int NEAR = 16 << 10;

  /** More than what a second writer adds before it finds out that it is one. */
  private static final long UNSETTLED = 320 << 10;

  private final Path path;
  private final @Nullable String conversation;
  private final Visitor visitor;
  private final List<Problem> problems = new ArrayList<>();
  private boolean impossible; // something that no crash leaves behind
  private Line.@Nullable Header header;
  private boolean headerIsMissed;
  private @Nullable Problem unknown; // the first line that was not understood
  private boolean numbersAreKnown = true; // no such line came right before
  private int together; // how many lines belong to the last sound entry and have not come
  private long togetherLine; // the first of those that came
  private long togetherFrom; // where those that came begin
  private long lastBefore; // the state before they came
  private long entriesEndBefore;
  private Line.@Nullable Entry lastEntryBefore;
  private @Nullable String file; // by the header, or else by the first line that can be read
  private long size;
  private long lines;
  private long safe;
  private long last; // number of the last entry
  private long lastSound; // the same, before the first problem
  private long soundEnd;
  private long entriesEnd; // of the last entry before the first problem
  private long ended; // bytes of progress and attempts of turns that ended
  private long unended;
  private Line.@Nullable Mark mark; // if it was the last line
  private long lastEnder;
  private Line.@Nullable Entry lastEntry;

  private Survey(Path path, @Nullable String conversation, Visitor visitor) {
    this.path = path;
    this.conversation = conversation;
    this.visitor = visitor;
  }

  /**
   * Reads a file up to a limit.
   *
   * @param conversation whose file it should be; null to take any
   */
  public static Survey of(
      DiskFile file,
      Path path,
      @Nullable String conversation,
      long limit,
      int maxLine,
      Visitor visitor)
      throws IOException {
    Survey survey = new Survey(path, conversation, visitor);
    survey.size = Math.min(limit, file.size());
    survey.read(new LineReader(file, 0, survey.size, maxLine), new LineDecoder());
    return survey;
  }

  /**
   * Reads on from a place that an earlier pass came to.
   *
   * @return null if the file is not the same, or a closer look is needed
   */
  public static @Nullable Survey from(
      Place place, DiskFile file, Path path, long limit, int maxLine, Visitor visitor)
      throws IOException {
    if (place.offset > Math.min(limit, file.size())) {
      return null;
    }
    Line.Header header = new Line.Header("", place.file, 0, "");
    Survey survey = from(place, file, path, limit, maxLine, visitor, header);
    return survey.problems.isEmpty() && survey.unknown == null ? survey : null;
  }

  private static Survey from(
      Place place,
      DiskFile file,
      Path path,
      long limit,
      int maxLine,
      Visitor visitor,
      Line.Header header)
      throws IOException {
    Survey survey = new Survey(path, null, visitor);
    survey.size = Math.min(limit, file.size());
    survey.file = place.file;
    survey.last = survey.lastSound = place.sequence;
    survey.soundEnd = survey.entriesEnd = place.offset;
    survey.header = header;
    survey.safe = header.safe();
    survey.read(
        new LineReader(file, place.offset, survey.size, maxLine),
        new LineDecoder(place.file, place.at));
    return survey;
  }

  /**
   * Reads the end of a file, and its header.
   *
   * @param bytes about how many; more if no entry begins in so many
   * @return null if the file is not longer than that, or a closer look is needed
   */
  public static @Nullable Survey ofEnd(
      DiskFile file,
      Path path,
      String conversation,
      long limit,
      int maxLine,
      long bytes,
      Visitor visitor)
      throws IOException {
    long size = Math.min(limit, file.size());
    LineReader first = new LineReader(file, 0, Math.min(size, HEADER), maxLine);
    Line.Header header = headerOf(conversation, first);
    if (header == null) {
      return null;
    }
    for (long end = bytes; size - end > first.next(); end *= 4) {
      LineReader reader = new LineReader(file, size - end, size, maxLine);
      Place place = firstEntry(reader, header);
      if (place != null) {
        Survey survey = from(place, file, path, limit, maxLine, visitor, header);
        return survey.isDamaged() || survey.unknown != null ? null : survey;
      }
    }
    return null;
  }

  private static Line.@Nullable Header headerOf(String conversation, LineReader first)
      throws IOException {
    return first.advance()
            && first.decode(new LineDecoder()) instanceof Line.Header header
            && header.conversation().equals(conversation)
        ? header
        : null;
  }

  /**
   * A place somewhat before an entry, by halving the file, for its numbers grow.
   *
   * <p>It is never near the end: what a crash left there need not be in order, and reading on comes
   * upon it.
   *
   * @return null if there is no place but the beginning, or a closer look is needed
   */
  public static @Nullable Place before(
      long sequence, DiskFile file, String conversation, long limit, int maxLine)
      throws IOException {
    long size = Math.min(limit, file.size());
    LineReader first = new LineReader(file, 0, Math.min(size, HEADER), maxLine, HEADER);
    Line.Header header = headerOf(conversation, first);
    Place best = null;
    long low = first.next();
    long high = size - UNSETTLED;
    while (header != null && high - low > NEAR) {
      long middle = low + (high - low) / 2;
      Place place = firstEntry(new LineReader(file, middle, high, maxLine, HEADER), header);
      if (place != null && place.sequence < sequence) {
        best = place;
        low = place.offset;
      } else {
        high = middle;
      }
    }
    return best;
  }

  /** The place before the first entry that begins in a part and says all about itself. */
  private static @Nullable Place firstEntry(LineReader reader, Line.Header header)
      throws IOException {
    reader.advance(); // begins in the middle of a line
    LineDecoder decoder = new LineDecoder(header.file(), "");
    while (reader.advance()) {
      if (reader.decode(decoder) instanceof Line.Entry entry && !entry.at().isEmpty()) {
        long missing = entry.gap().from();
        long before = missing == 0 ? entry.sequence() - 1 : missing - 1;
        return new Place(header.file(), before, reader.offset(), "");
      }
    }
    return null;
  }

  private void read(LineReader reader, LineDecoder decoder) throws IOException {
    while (!visitor.hasEnough() && reader.advance()) {
      lines++;
      line(reader.decode(decoder), reader);
    }
    if (!visitor.hasEnough()) {
      conclude();
    }
  }

  private void line(@Nullable Line line, LineReader reader) throws IOException {
    if (line == null) {
      unreadable(reader);
      return;
    }
    if (line instanceof Line.Unknown other) {
      unknown(other, reader.offset());
    } else if (line instanceof Line.Header first) {
      header(first, reader.offset());
    } else {
      body(line, reader);
    }
    if (problems.isEmpty()) {
      soundEnd = reader.next();
    }
  }

  /** A line that is too long may be one that an earlier setting allowed, and is never cut off. */
  private void unreadable(LineReader reader) {
    if (reader.isTooLong()) {
      contradiction(reader.offset(), "is longer than maxEntryBytes allows");
    } else {
      problem(reader.offset(), "cannot be read");
    }
  }

  private void unknown(Line.Unknown line, long offset) {
    if (unknown == null) {
      unknown =
          new Problem(
              lines,
              offset,
              last + 1,
              0,
              "has " + line.what() + ", which this version does not know");
    }
    if (line.file().equals(file)) {
      safe = Math.max(safe, line.safe());
    }
    numbersAreKnown = false;
  }

  private void header(Line.Header line, long offset) {
    if (offset != 0) {
      contradiction(offset, "is a second header");
    } else if (!isOurs(line)) {
      contradiction(offset, "is the header of another conversation");
      file = ""; // nothing that follows is ours
    } else {
      header = line;
      file = line.file();
      safe = line.safe();
    }
  }

  private boolean isOurs(Line.Header line) {
    return conversation == null
        ? Names.isNameOf(path, line.conversation())
        : line.conversation().equals(conversation);
  }

  private void body(Line line, LineReader reader) throws IOException {
    long offset = reader.offset();
    missHeader();
    if (file == null) {
      file = line.file();
    }
    if (!line.file().equals(file)) {
      contradiction(offset, "belongs to another file");
      return;
    }
    if (line.safe() > offset) {
      contradiction(offset, "knows of bytes before it that are missing");
    }
    safe = Math.max(safe, line.safe());
    if (line instanceof Line.Entry entry) {
      entry(entry, offset, reader.next() - offset);
    }
    mark = line instanceof Line.Mark last ? last : null;
  }

  private void entry(Line.Entry entry, long offset, long length) throws IOException {
    if (numbersAreKnown && !entry.follows(last) && !explained(entry)) {
      String what = "is entry %d, not %d".formatted(entry.sequence(), last + 1);
      if (entry.sequence() <= last) {
        problem(offset, what);
      } else {
        contradiction(offset, what);
      }
    }
    numbersAreKnown = true;
    if (problems.isEmpty()) {
      group(entry, offset);
    }
    boolean sound = problems.isEmpty();
    visitor.entry(entry, offset, length, sound);
    closeGap(entry.sequence());
    last = Math.max(last, entry.sequence());
    if (!sound) {
      return;
    }
    lastSound = last;
    entriesEnd = offset + length;
    lastEntry = entry;
    switch (entry.kind()) {
      case PROGRESS, ATTEMPT -> unended += length;
      case ANSWERED, DISCARDED, ASKED -> {
        ended += unended;
        unended = 0;
        lastEnder = entry.sequence();
      }
      default -> {}
    }
  }

  /** Entries that were appended together are there together, or not at all. */
  private void group(Line.Entry entry, long offset) {
    if (together > 0 && entry.more() != together - 1) {
      contradiction(offset, "breaks into entries that were appended together");
      return;
    }
    if (together == 0) {
      togetherFrom = offset;
      togetherLine = lines;
      lastBefore = lastSound;
      entriesEndBefore = entriesEnd;
      lastEntryBefore = lastEntry;
    }
    together = entry.more();
  }

  /** Whether the problem right before an entry already says that numbers are missing. */
  private boolean explained(Line.Entry entry) {
    return !problems.isEmpty()
        && problems.get(problems.size() - 1).open()
        && entry.sequence() > last;
  }

  private void closeGap(long next) {
    for (int i = problems.size() - 1; i >= 0 && problems.get(i).open(); i--) {
      problems.set(i, problems.get(i).until(next - 1));
    }
  }

  private void conclude() {
    if (together > 0) {
      lastSound = lastBefore;
      entriesEnd = entriesEndBefore;
      lastEntry = lastEntryBefore;
      soundEnd = togetherFrom;
    }
    if (together > 0 && problems.isEmpty()) {
      String what = "begins what was not written to its end";
      problems.add(new Problem(togetherLine, togetherFrom, lastSound + 1, 0, what));
    }
    missHeader();
    if (size < safe) {
      contradiction(size, "is the end, but %d bytes were durable".formatted(safe));
    }
  }

  private void missHeader() {
    if (header == null && unknown == null && !headerIsMissed) {
      headerIsMissed = true;
      contradiction(0, "should be the header of the conversation");
    }
  }

  private void contradiction(long offset, String what) {
    impossible = true;
    problem(offset, what);
  }

  private void problem(long offset, String what) {
    if (problems.size() < MOST_PROBLEMS) {
      problems.add(new Problem(Math.max(1, lines), offset, last + 1, 0, what));
    }
  }

  /** Whether something is gone, or something is there that should not be. */
  public boolean isDamaged() {
    return impossible || (!problems.isEmpty() && problems.get(0).offset() < safe);
  }

  /** Whether a crash left something at the end that cannot be read. */
  public boolean isTorn() {
    return !problems.isEmpty() && !isDamaged();
  }

  /** Whether a newer version wrote something that this one does not understand. */
  public boolean isUnknown() {
    return unknown != null;
  }

  /** Whether nothing was added since the file was given its name. */
  public boolean isAsItWasMade() {
    return header != null && soundEnd <= header.safe();
  }

  /** Whether the last entries may not be durable. */
  public boolean isInDoubt() {
    return entriesEnd > safe;
  }

  /**
   * Refuses a damaged file, and one that is not understood.
   *
   * @throws JournalException {@code DAMAGED} or {@code UNKNOWN}
   */
  public void requireIntact() {
    requireKnown();
    if (!isDamaged()) {
      return;
    }
    Problem first = problems.get(0);
    throw new JournalException(
        Reason.DAMAGED,
        "%s is damaged: %s. Nothing was changed; FileJournal.repair keeps all that can be read"
            .formatted(path, first));
  }

  /**
   * Refuses a file that is not understood.
   *
   * @throws JournalException {@code UNKNOWN}
   */
  public void requireKnown() {
    if (unknown != null) {
      throw new JournalException(
          Reason.UNKNOWN,
          "%s was written by a newer version of this library: %s. Nothing was changed; use that version"
              .formatted(path, unknown));
    }
  }

  /** What is wrong, what was not understood last. */
  public List<Problem> problems() {
    List<Problem> all = new ArrayList<>(problems);
    if (unknown != null) {
      all.add(unknown);
    }
    return List.copyOf(all);
  }

  public Line.@Nullable Header header() {
    return header;
  }

  /** Tells the file from others; null if nothing can be read. */
  public @Nullable String file() {
    return file;
  }

  /** How many bytes could be read before the first that could not. */
  public long soundEnd() {
    return soundEnd;
  }

  /** The number of the last entry before the first problem; 0 if there is none. */
  public long lastSequence() {
    return lastSound;
  }

  /** The last entry before the first problem, without its payload's bytes. */
  public Line.@Nullable Entry lastEntry() {
    return lastEntry;
  }

  public long size() {
    return size;
  }

  /** How many bytes some line knows to be durable. */
  public long safe() {
    return safe;
  }

  /** How many bytes are progress and attempts of turns that ended. */
  public long droppable() {
    return ended;
  }

  /** How many bytes are progress and attempts, by the mark at the end if there is one. */
  public long streamed() {
    return mark == null || mark.streamed() < 0 ? ended + unended : mark.streamed();
  }

  /** Whether the end says that all before it was durable, and how much of it was streamed. */
  public boolean isClosedInOrder() {
    return problems.isEmpty() && mark != null && mark.streamed() >= 0 && !isInDoubt();
  }

  /** Whether an entry says nothing that is not said again. */
  public boolean canDrop(Line.Entry entry) {
    return entry.kind().isSaidAgain() && entry.sequence() < lastEnder;
  }
}
