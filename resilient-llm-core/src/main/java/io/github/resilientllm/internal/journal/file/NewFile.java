package io.github.resilientllm.internal.journal.file;

import io.github.resilientllm.internal.journal.line.Line;
import io.github.resilientllm.internal.journal.line.LineEncoder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A conversation's file in the making, beside the old one if there is one: it takes its name only
 * when all of it is durable. The lock on the conversation is held meanwhile.
 */
public final class NewFile implements Closeable {
  /** Entries are gathered to writes of about this size. */
  private static final int BUFFER = 128 << 10;

  private final Disk disk;
  private final Path target;
  private final Path temporary;
  private final Line.Header header;
  private final boolean durable;
  private final DiskFile file;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
  private final long replaced; // how long the file is that it replaces; 0 if there is none
  private long length; // what the buffer holds included
  private boolean committed;

  /** Begins a file that is the first of its name. */
  public static NewFile first(Disk disk, Path target, Line.Header header, boolean durable)
      throws IOException {
    return new NewFile(disk, target, header, durable, 0);
  }

  /**
   * Begins a file.
   *
   * @param replaced the length of the file whose name it takes: if that has changed when it is
   *     done, somebody else writes it
   * @param header whose number of safe bytes is replaced by what they are in the end
   * @param durable whether to force it
   */
  public NewFile(Disk disk, Path target, Line.Header header, boolean durable, long replaced)
      throws IOException {
    this.disk = disk;
    this.target = target;
    this.temporary = Names.temporary(target);
    this.header = header;
    this.durable = durable;
    this.replaced = replaced;
    this.file = create();
    this.length = LineEncoder.header(header).length;
  }

  private DiskFile create() throws IOException {
    try {
      return disk.create(temporary);
    } catch (FileAlreadyExistsException e) {
      disk.delete(temporary); // a crash left it; nobody else is here
      return disk.create(temporary);
    }
  }

  public void write(byte[] line) throws IOException {
    if (buffer.remaining() < line.length) {
      flush();
    }
    length += line.length;
    if (line.length > buffer.capacity()) {
      writeFully(file, ByteBuffer.wrap(line), length - line.length);
    } else {
      buffer.put(line);
    }
  }

  private void flush() throws IOException {
    buffer.flip();
    writeFully(file, buffer, length - buffer.remaining());
    buffer.clear();
  }

  /** Writes all of a buffer; the system may take it in pieces. */
  public static void writeFully(DiskFile file, ByteBuffer bytes, long position) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      int written = file.write(bytes, at);
      if (written <= 0) {
        throw new IOException("The system took no byte of " + bytes.remaining());
      }
      at += written;
    }
  }

  /**
   * Gives the file its name.
   *
   * @return its length
   */
  public long commit() throws IOException {
    flush();
    Line.Header last =
        new Line.Header(header.conversation(), header.file(), durable ? length : 0, header.at());
    writeFully(file, ByteBuffer.wrap(LineEncoder.header(last)), 0);
    if (durable) {
      file.force(true);
    }
    file.close();
    requireUnchanged();
    disk.move(temporary, target);
    committed = true;
    if (durable) {
      disk.syncDirectory(Objects.requireNonNull(target.getParent()));
    }
    return length;
  }

  private void requireUnchanged() throws IOException {
    long size = 0;
    try (DiskFile old = disk.read(target)) {
      size = old.size();
    } catch (NoSuchFileException e) {
      // as it should be, or it was deleted
    }
    if (size != replaced) {
      throw Failures.lost(target, "it has %d bytes and not %d".formatted(size, replaced));
    }
  }

  /** Removes what was not committed, if it can. */
  @Override
  public void close() {
    if (committed) {
      return;
    }
    try (file) {
      disk.delete(temporary);
    } catch (NoSuchFileException e) {
      // gone already
    } catch (IOException e) {
      // the next writer removes it
    }
  }
}
