package io.github.resilientllm.internal.time;

import java.util.Arrays;

/**
 * The threads that read attempts, side by side, and for each the watch over it.
 *
 * <p>Java tells nobody that a thread has been interrupted, so somebody has to look. In an array the
 * machine reads on ahead of a look; in a list it would wait for each link. Guarded by its {@link
 * Stripe}.
 */
final class Readers {
  private Thread[] threads = new Thread[8];
  private Watch[] watches = new Watch[8];
  private int size;

  void add(Thread thread, Watch watch) {
    if (size == watches.length) {
      threads = Arrays.copyOf(threads, 2 * size);
      watches = Arrays.copyOf(watches, 2 * size);
    }
    watch.readers = this;
    watch.place = size;
    threads[size] = thread;
    watches[size] = watch;
    size++;
  }

  /** Takes out a watch that is in; the last one takes its place. */
  void remove(Watch watch) {
    int place = watch.place;
    Watch last = watches[--size];
    threads[place] = threads[size];
    watches[place] = last;
    last.place = place;
    watch.readers = null;
    clear(size);
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Expires the watches whose threads are interrupted while they are blocked. */
  void expireInterrupted(long now, Wheel wheel, Expired expired) {
    for (int i = 0; i < size; i++) {
      if (threads[i].isInterrupted() && expired.addIfDue(watches[i], now)) {
        wheel.remove(watches[i]);
      }
    }
  }

  @SuppressWarnings("NullAway") // nobody reads beyond the size
  private void clear(int place) {
    threads[place] = null;
    watches[place] = null;
  }
}
