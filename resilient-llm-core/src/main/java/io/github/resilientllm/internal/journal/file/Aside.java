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
   * Copies a file from an offset to its end, so that the conversation is never without a file.
   *
   * @param name of the first, second and so on of such copies
   */
  public void keep(DiskFile file, long from, IntFunction<Path> name) throws IOException {
    try (DiskFile copy = createFree(name)) {
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
      long position = from;
      while (file.read(buffer, position) > 0) {
        buffer.flip();
        int length = buffer.remaining();
        NewFile.writeFully(copy, buffer, position - from);
        position += length;
        buffer.clear();
      }
      if (durable) {
        copy.force(true);
      }
    }
    if (durable) {
      disk.syncDirectory(Objects.requireNonNull(path.getParent()));
    }
  }

  private DiskFile createFree(IntFunction<Path> name) throws IOException {
    for (int n = 1; ; n++) {
      try {
        return disk.create(name.apply(n));
      } catch (FileAlreadyExistsException e) {
        if (n == MOST) {
          throw e;
        }
      }
    }
  }
}
