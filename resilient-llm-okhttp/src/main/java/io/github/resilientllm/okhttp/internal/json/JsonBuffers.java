package io.github.resilientllm.okhttp.internal.json;

import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.core.util.RecyclerPool;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The buffers that Jackson reads and writes with, between one use and the next.
 *
 * <p>Jackson itself keeps a set for each thread, up to 36 KiB for as long as the thread lives: with
 * a thread for each call, as virtual threads are used, that is most of what a slow stream holds.
 */
final class JsonBuffers {
  private JsonBuffers() {}

  /**
   * A few sets for all threads, for what reads and writes in one go. Whoever finds none makes one,
   * and no more are kept than there are places.
   */
  static final class Shared implements RecyclerPool<BufferRecycler> {
    private static final long serialVersionUID = 1L;

    /** More threads than that rarely write JSON at one instant. A power of two. */
    private static final int PLACES = 16;

    private final transient AtomicReferenceArray<BufferRecycler> kept =
        new AtomicReferenceArray<>(PLACES);

    @Override
    public BufferRecycler acquirePooled() {
      BufferRecycler set = kept.getAndSet(place(), null);
      return set == null ? new BufferRecycler() : set;
    }

    @Override
    public void releasePooled(BufferRecycler set) {
      kept.setRelease(place(), set);
    }

    private static int place() {
      return (int) Thread.currentThread().getId() & (PLACES - 1);
    }
  }

  /**
   * A small set for each reader, for streams: they are open for minutes and wait for most of that
   * time.
   */
  static final class OfEach implements RecyclerPool<BufferRecycler> {
    private static final long serialVersionUID = 1L;

    @Override
    public BufferRecycler acquirePooled() {
      return new Small();
    }

    @Override
    public void releasePooled(BufferRecycler set) {
      // It goes with its reader.
    }
  }

  /** Buffers for one event and one piece of text, as they usually are; they grow with a longer. */
  private static final class Small extends BufferRecycler {
    private static final int BYTES = 1 << 10;
    private static final int CHARS = 1 << 8;

    @Override
    protected int byteBufferLength(int kind) {
      return BYTES;
    }

    @Override
    protected int charBufferLength(int kind) {
      return CHARS;
    }
  }
}
