package io.github.resilientllm.internal.journal.file;

import io.github.resilientllm.internal.journal.line.Line;
import io.github.resilientllm.internal.journal.line.LineDecoder;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files that this journal closed in order, so that one that nobody touched since needs not be
 * read to be opened. The most recently used ones only.
 */
public final class KnownFiles {
  private static final int MOST = 4096;

  /** More than the header of the longest id takes. */
  private static final int HEADER = 8 << 10;

  /** What the headers of most ids take. */
  private static final int MOST_HEADERS = 512;

  private final Map<Path, Known> files =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Known> eldest) {
          return size() > MOST;
        }
      };

  private record Known(Object key, FileState state) {}

  /** A file that needs not be read, open for writing. */
  public record Found(DiskFile file, Object key, FileState state) {}

  /** A file that is the one that was closed, and as long; null if it must be read. */
  public @Nullable Found find(Path path, Disk disk) throws IOException {
    Known known;
    synchronized (files) {
      known = files.get(path);
    }
    if (known == null) {
      return null;
    }
    DiskFile file;
    try {
      file = disk.open(path);
    } catch (NoSuchFileException | AccessDeniedException e) {
      return null;
    }
    boolean same = false;
    try {
      same = isSame(known, file);
    } finally {
      if (!same) {
        file.close();
      }
    }
    return same ? new Found(file, known.key, known.state) : null;
  }

  private static boolean isSame(Known known, DiskFile file) throws IOException {
    return file.size() == known.state.length()
        && file.key().equals(known.key)
        && isOf(known.state.file(), file);
  }

  /** The system gives the key of a deleted file to a new one; its header tells. */
  public static boolean isOf(String expected, DiskFile file) throws IOException {
    LineReader reader = new LineReader(file, 0, HEADER, HEADER, MOST_HEADERS);
    return reader.advance()
        && reader.decode(new LineDecoder()) instanceof Line.Header header
        && header.file().equals(expected);
  }

  /** Notes a file that was used and closed; without a state it is forgotten. */
  public void remember(LogFile file, @Nullable FileState state) {
    Object key = file.key();
    synchronized (files) {
      if (state == null) {
        files.remove(file.path());
      } else if (key != null) {
        files.put(file.path(), new Known(key, state));
      }
    }
  }

  public void forget(Path path) {
    synchronized (files) {
      files.remove(path);
    }
  }
}
