package io.github.resilientllm.internal.journal.file;

import io.github.resilientllm.internal.journal.line.Line;
import io.github.resilientllm.internal.journal.line.LineEncoder;
import io.github.resilientllm.journal.JournalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A conversation's file as its one writer sees it. Used by one thread at a time. After the first
 * exception nothing but {@link #abandon} may be called: what the disk has is not known any more.
 */
public final class LogFile {
  private final Disk disk;
  private final Path path;
  private final String conversation;
  private final String file;
  private final boolean durably;
  private final InstantSource clock;
  private @Nullable DiskFile open;
  private @Nullable Object key;
  private boolean used;
  private long length;
  private long stated; // how many bytes some line in the file says are durable
  private volatile long durable;

  public LogFile(
      Disk disk,
      Path path,
      String conversation,
      FileState state,
      boolean durably,
      InstantSource clock) {
    this.disk = disk;
    this.path = path;
    this.conversation = conversation;
    this.file = state.file();
    this.durably = durably;
    this.clock = clock;
    this.length = state.length();
    this.stated = state.stated();
    this.durable = state.durable();
  }

  /** A file that was found as it was left, and is open already. */
  public void use(DiskFile file, Object itsKey) {
    open = file;
    key = itsKey;
  }

  public Path path() {
    return path;
  }

  /** Its length; 0 if it is not made yet. */
  public long length() {
    return length;
  }

  /** How many bytes are durable. Any thread may ask. */
  public long durable() {
    return durable;
  }

  /** Adds lines at the end; makes the file, durable at once, if they are the first. */
  public void write(Batch batch) throws IOException {
    if (length == 0) {
      create(batch.entries());
      return;
    }
    channel(); // which looks at the file, if it was not open
    requireOurs();
    append(batch.bytes());
    // Two writers may both have found the file as they left it. What each adds comes behind what
    // the other did, so whoever finds no more than his own was the first, and alone.
    requireOurs();
  }

  private void append(byte[] bytes) throws IOException {
    ByteBuffer from = ByteBuffer.wrap(bytes);
    while (from.hasRemaining()) {
      if (channel().append(from) <= 0) {
        throw new IOException("The system took no byte of " + from.remaining());
      }
    }
    length += bytes.length;
  }

  /**
   * Refuses a file that is not as this writer left it: the lock on it is no proof, for whoever
   * opens the lock file in this process may lose it.
   *
   * @throws JournalException {@code LOST}
   */
  public void requireOurs() throws IOException {
    DiskFile channel = open;
    if (channel == null) {
      return; // it was not touched yet, and is looked at then
    }
    long size = channel.size();
    if (size != length) {
      throw Failures.lost(path, "it has %d bytes and not %d".formatted(size, length));
    }
    Object now;
    try {
      now = channel.key();
    } catch (NoSuchFileException e) {
      throw Failures.lost(path, "it was deleted");
    }
    if (!now.equals(key)) {
      throw Failures.lost(path, "another file has its name now");
    }
  }

  private void create(List<Batch.Waiting> entries) throws IOException {
    String now = clock.instant().toString();
    Line.Header header = new Line.Header(conversation, file, 0, now);
    try (NewFile created = NewFile.first(disk, path, header, durably)) {
      for (Batch.Waiting entry : entries) {
        created.write(entry.line());
      }
      length = created.commit();
    }
    if (durably) {
      durable = length;
      stated = length;
    }
  }

  /** Makes all that was written durable. */
  public void force() throws IOException {
    if (durable == length) {
      return;
    }
    DiskFile channel = channel();
    requireOurs();
    channel.force(false);
    durable = length;
  }

  private DiskFile channel() throws IOException {
    DiskFile channel = open;
    if (channel == null) {
      channel = opened();
    }
    used = true;
    return channel;
  }

  private DiskFile opened() throws IOException {
    DiskFile channel;
    try {
      channel = disk.open(path);
      open = channel;
      key = channel.key();
    } catch (NoSuchFileException e) {
      throw Failures.lost(path, "it was deleted");
    }
    if (!KnownFiles.isOf(file, channel)) {
      throw Failures.lost(path, "another file has its name now");
    }
    return channel;
  }

  /**
   * Ends the writing in order; what the next opening need not doubt is noted in a last line. That
   * line is not forced: nothing is lost with it.
   */
  public FileState end(long last, long streamed) throws IOException {
    if (durably && used) {
      force();
      if (stated < durable) {
        mark(streamed);
      }
    }
    return new FileState(file, last, length, durable, stated, streamed);
  }

  private void mark(long streamed) throws IOException {
    requireOurs();
    append(LineEncoder.mark(new Line.Mark(file, durable, streamed)));
    stated = durable;
  }

  /** What tells the file from another one of its name; null if it was not opened. */
  public @Nullable Object key() {
    return key;
  }

  /** Closes it, and nothing else. */
  public void abandon() {
    DiskFile channel = open;
    open = null;
    if (channel == null) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      // All that was acknowledged is where it was promised; closing promises nothing.
    }
  }
}
