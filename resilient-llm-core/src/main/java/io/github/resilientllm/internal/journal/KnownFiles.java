package io.github.resilientllm.internal.journal;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files that this journal closed in order, so that one that nobody touched since needs not be
 * read to be opened. The most recently used ones only.
 */
final class KnownFiles {
  private static final int MOST = 4096;

  /** More than the header of the longest id takes. */
  private static final int HEADER = 8 << 10;

  private final Map<Path, Known> files =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Known> eldest) {
          return size() > MOST;
        }
      };

  private record Known(Object key, FileState state) {}

  /** A file that is the one that was closed, and as long; null if it must be read. */
  @Nullable FileState find(Path path, Disk disk) throws IOException {
    Known known;
    synchronized (files) {
      known = files.get(path);
    }
    if (known == null) {
      return null;
    }
    try (DiskFile file = disk.read(path)) {
      boolean same = file.size() == known.state.length() && file.key().equals(known.key);
      return same && isOf(known.state.file(), file) ? known.state : null;
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** The system gives the key of a deleted file to a new one; its header tells. */
  private static boolean isOf(String expected, DiskFile file) throws IOException {
    LineReader reader = new LineReader(file, 0, HEADER, HEADER);
    return reader.advance()
        && reader.decode(new LineDecoder()) instanceof Line.Header header
        && header.file().equals(expected);
  }

  /** Notes a file that was used and closed; without a state it is forgotten. */
  void remember(LogFile file, @Nullable FileState state) {
    Object key = file.key();
    synchronized (files) {
      if (state == null) {
        files.remove(file.path());
      } else if (key != null) {
        files.put(file.path(), new Known(key, state));
      }
    }
  }

  void forget(Path path) {
    synchronized (files) {
      files.remove(path);
    }
  }
}
