package io.github.resilientllm.internal.journal;

import io.github.resilientllm.internal.journal.file.DiskFile;
import io.github.resilientllm.internal.journal.file.FileDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The real disk with room for so many bytes, and so many good syncs before a bad one; for one
 * thread.
 */
final class FailingDisk extends PassingDisk {
  long room = Long.MAX_VALUE;
  int goodSyncs = Integer.MAX_VALUE;
  String type = "ext4";
  int syncs;
  int writes;
  int opened;
  long read;

  FailingDisk() {
    super(new FileDisk());
  }

  private void sync() throws IOException {
    syncs++;
    if (goodSyncs-- == 0) {
      throw new IOException("Input/output error"); // and the next one succeeds, as on Linux
    }
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    sync();
    super.syncDirectory(directory);
  }

  @Override
  public String type(Path directory) {
    return type;
  }

  @Override
  DiskFile wrap(Path path, DiskFile file) {
    opened++;
    return new PassingFile(file) {
      @Override
      public int write(ByteBuffer from, long position) throws IOException {
        int limit = limit(from);
        return written(from, limit, super.write(from, position));
      }

      @Override
      public int read(ByteBuffer into, long position) throws IOException {
        int count = super.read(into, position);
        read += Math.max(0, count);
        return count;
      }

      @Override
      public int append(ByteBuffer from) throws IOException {
        int limit = limit(from);
        return written(from, limit, super.append(from));
      }

      private int limit(ByteBuffer from) throws IOException {
        writes++;
        if (room == 0) {
          throw new IOException("No space left on device");
        }
        int limit = from.limit();
        from.limit(from.position() + (int) Math.min(from.remaining(), room));
        return limit;
      }

      private int written(ByteBuffer from, int limit, int written) {
        from.limit(limit);
        room -= written;
        return written;
      }

      @Override
      public void force(boolean metadata) throws IOException {
        sync();
        super.force(metadata);
      }
    };
  }
}
