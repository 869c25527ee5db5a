package io.github.resilientllm.internal.journal;

import io.github.resilientllm.internal.journal.file.Disk;
import io.github.resilientllm.internal.journal.file.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A disk that passes everything on to another; what changes something about it extends it. */
class PassingDisk implements Disk {
  private final Disk to;

  PassingDisk(Disk to) {
    this.to = to;
  }

  /** What stands between a file and its users. */
  DiskFile wrap(Path path, DiskFile file) {
    return file;
  }

  @Override
  public DiskFile create(Path file) throws IOException {
    return wrap(file, to.create(file));
  }

  @Override
  public DiskFile open(Path file) throws IOException {
    return wrap(file, to.open(file));
  }

  @Override
  public DiskFile read(Path file) throws IOException {
    return wrap(file, to.read(file));
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    to.createDirectories(directory);
  }

  @Override
  public void move(Path from, Path target) throws IOException {
    to.move(from, target);
  }

  @Override
  public void delete(Path file) throws IOException {
    to.delete(file);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    to.syncDirectory(directory);
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    return to.list(directory);
  }

  @Override
  public Instant modified(Path file) throws IOException {
    return to.modified(file);
  }

  @Override
  public @Nullable Closeable tryLock(Path lockFile, long position) throws IOException {
    return to.tryLock(lockFile, position);
  }

  @Override
  public Object key(Path directory) throws IOException {
    return to.key(directory);
  }

  /** A file that passes everything on to another. */
  static class PassingFile implements DiskFile {
    private final DiskFile to;

    PassingFile(DiskFile to) {
      this.to = to;
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
      return to.write(from, position);
    }

    @Override
    public int append(ByteBuffer from) throws IOException {
      return to.append(from);
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      return to.read(into, position);
    }

    @Override
    public void force(boolean metadata) throws IOException {
      to.force(metadata);
    }

    @Override
    public long size() throws IOException {
      return to.size();
    }

    @Override
    public Object key() throws IOException {
      return to.key();
    }

    @Override
    public void close() throws IOException {
      to.close();
    }
  }
}
