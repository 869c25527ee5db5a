package io.github.resilientllm.internal.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The real disk with room for so many bytes, and so many good syncs before a bad one; for one
 * thread.
 */
final class FailingDisk implements Disk {
  private final Disk real = new FileDisk();
  long room = Long.MAX_VALUE;
  int goodSyncs = Integer.MAX_VALUE;
  String type = "ext4";
  int syncs;
  int writes;

  private void sync() throws IOException {
    syncs++;
    if (goodSyncs-- == 0) {
      throw new IOException("Input/output error"); // and the next one succeeds, as on Linux
    }
  }

  @Override
  public DiskFile create(Path file) throws IOException {
    return new Failing(real.create(file));
  }

  @Override
  public DiskFile open(Path file) throws IOException {
    return new Failing(real.open(file));
  }

  @Override
  public DiskFile read(Path file) throws IOException {
    return real.read(file);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    real.createDirectories(directory);
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    real.move(from, to);
  }

  @Override
  public void delete(Path file) throws IOException {
    real.delete(file);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    sync();
    real.syncDirectory(directory);
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    return real.list(directory);
  }

  @Override
  public @Nullable Closeable tryLock(Path lockFile, long position) throws IOException {
    return real.tryLock(lockFile, position);
  }

  @Override
  public Object key(Path directory) throws IOException {
    return real.key(directory);
  }

  @Override
  public String type(Path directory) {
    return type;
  }

  private final class Failing implements DiskFile {
    private final DiskFile file;

    Failing(DiskFile file) {
      this.file = file;
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
      writes++;
      if (room == 0) {
        throw new IOException("No space left on device");
      }
      int limit = from.limit();
      from.limit(from.position() + (int) Math.min(from.remaining(), room));
      int written = file.write(from, position);
      from.limit(limit);
      room -= written;
      return written;
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      return file.read(into, position);
    }

    @Override
    public void force(boolean metadata) throws IOException {
      sync();
      file.force(metadata);
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public Object key() throws IOException {
      return file.key();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
