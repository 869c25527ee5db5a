package io.github.resilientllm.internal.journal;

import io.github.resilientllm.internal.journal.file.DiskFile;
import io.github.resilientllm.internal.journal.file.FileDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The real disk, one file of which cannot be forced until it is released. */
final class HangingDisk extends PassingDisk {
  private static final long PATIENCE_SECONDS = 30;

  private final String name;
  private final CountDownLatch hangs = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  HangingDisk(String name) {
    super(new FileDisk());
    this.name = name;
  }

  /** Waits until somebody forces the file. */
  void awaitHanging() {
    await(hangs);
  }

  void release() {
    released.countDown();
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("This took more than " + PATIENCE_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      throw new AssertionError("No journal's thread is interrupted", e);
    }
  }

  @Override
  DiskFile wrap(Path path, DiskFile file) {
    if (!path.endsWith(name)) {
      return file;
    }
    return new PassingFile(file) {
      @Override
      public void force(boolean metadata) throws IOException {
        hangs.countDown();
        await(released);
        super.force(metadata);
      }
    };
  }
}
