package io.github.resilientllm.internal.journal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.IntFunction;

/**
 * Keeps what is taken out of a conversation's file beside it, until the conversation is deleted.
 */
public final class Aside {
  private static final int BUFFER = 128 << 10;
  private static final int MOST = 1000;

  private final Disk disk;
  private final Path path;
  private final boolean durable;

  /** Beside a file; durable or not. */
  public Aside(Disk disk, Path path, boolean durable) {
    this.disk = disk;
    this.path = path;
    this.durable = durable;
  }

  /**
   * Copies a file from an offset to its end, so that the conversation is never without a file. Of a
   * copy that fails nothing is left: who tries again and again would fill the disk with them.
   *
   * @param name of the first, second and so on of such copies
   * @return the copy
   */
  public Path keep(DiskFile file, long from, IntFunction<Path> name) throws IOException {
    for (int n = 1; ; n++) {
      Path copy = name.apply(n);
      try (DiskFile to = disk.create(copy)) {
        fill(to, copy, file, from);
        return copy;
      } catch (FileAlreadyExistsException e) {
        if (n == MOST) {
          throw e;
        }
      }
    }
  }

  private void fill(DiskFile to, Path copy, DiskFile file, long from) throws IOException {
    try {
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
      long position = from;
      while (file.read(buffer, position) > 0) {
        buffer.flip();
        int length = buffer.remaining();
        NewFile.writeFully(to, buffer, position - from);
        position += length;
        buffer.clear();
      }
      if (durable) {
        to.force(true);
        disk.syncDirectory(Objects.requireNonNull(path.getParent()));
      }
    } catch (IOException e) {
      drop(copy);
      throw e;
    }
  }

  /** Removes a copy, if it can, because what it was to be taken out of stays as it is. */
  public void drop(Path copy) {
    try {
      disk.delete(copy);
    } catch (IOException e) {
      // it stays until the conversation is deleted
    }
  }
}
