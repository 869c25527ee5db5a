package io.github.resilientllm.internal.journal.file;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The lock files that this process has open, each once however many journals use it: on POSIX,
 * closing any descriptor of a file gives up all locks that the process has on it.
 *
 * <p>One map per class loader: two copies of this library in one process must not share a
 * directory.
 */
public final class Locks {
  private static final Map<Object, Shared> OPEN = new HashMap<>();

  private final Shared file;
  private @Nullable FileLock lock;

  private Locks(Shared file, FileLock lock) {
    this.file = file;
    this.lock = lock;
  }

  /**
   * See {@link Disk#tryLock}. Holds the monitor while it asks the system: nothing else may happen
   * between looking for the open file and counting its user.
   */
  public static @Nullable Closeable tryLock(Path path, long position, FileAttribute<?>[] attributes)
      throws IOException {
    synchronized (OPEN) {
      Shared file = enter(path, attributes);
      FileLock lock = null;
      try {
        lock = file.channel.tryLock(position, 1, false);
      } catch (OverlappingFileLockException e) {
        // this process has it
      } finally {
        if (lock == null) {
          leave(file);
        }
      }
      return lock == null ? null : new Locks(file, lock)::release;
    }
  }

  private void release() throws IOException {
    synchronized (OPEN) {
      FileLock held = lock;
      if (held == null) {
        return;
      }
      lock = null;
      try {
        held.release();
      } finally {
        leave(file);
      }
    }
  }

  private static Shared enter(Path path, FileAttribute<?>[] attributes) throws IOException {
    Shared file = find(path);
    if (file == null) {
      FileChannel channel = FileChannel.open(path, Set.of(CREATE, READ, WRITE), attributes);
      file = new Shared(FileDisk.keyOf(path), channel);
      OPEN.put(file.key, file);
    }
    file.users++;
    return file;
  }

  private static @Nullable Shared find(Path path) throws IOException {
    if (OPEN.isEmpty()) {
      return null; // and the system needs not be asked
    }
    try {
      return OPEN.get(FileDisk.keyOf(path));
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static void leave(Shared file) throws IOException {
    if (--file.users == 0) {
      OPEN.remove(file.key);
      file.channel.close();
    }
  }

  private static final class Shared {
    final Object key;
    final FileChannel channel;
    int users;

    Shared(Object key, FileChannel channel) {
      this.key = key;
      this.channel = channel;
    }
  }
}
