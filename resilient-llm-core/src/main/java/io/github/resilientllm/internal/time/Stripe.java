package io.github.resilientllm.internal.time;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * The watches of some threads under one lock: their clocks in a {@link Wheel}, their threads among
 * the {@link Readers}.
 *
 * <p>A virtual thread is looked at less often than a platform thread: what the JDK lets it block
 * in, its sockets too, notices an interrupt by itself and at once.
 */
final class Stripe {
  /** {@code Thread.isVirtual()}; null before JDK 21, which has none. */
  private static final @Nullable MethodHandle IS_VIRTUAL = isVirtual();

  private final Wheel wheel = new Wheel();
  private final Readers platform = new Readers();
  private final Readers virtual = new Readers();

  /** Watches it for the current thread, unless another arms it. */
  synchronized void add(Watch watch) {
    watch.stripe = this;
    enter(watch, Thread.currentThread());
    wheel.file(watch);
  }

  synchronized void remove(Watch watch) {
    wheel.remove(watch);
    leave(watch);
  }

  /** The watch's instant has moved to one before its wheel looks at it. */
  synchronized void refile(Watch watch) {
    if (watch.filed != Watch.NOT_FILED) { // it may have been taken out meanwhile
      wheel.remove(watch);
      wheel.file(watch);
    }
  }

  /** The watch is armed by another thread than before. */
  synchronized void readBy(Watch watch, Thread reader) {
    if (watch.readers != null) { // it may have been taken out meanwhile
      leave(watch);
      enter(watch, reader);
    }
  }

  synchronized boolean isEmpty() {
    return platform.isEmpty() && virtual.isEmpty();
  }

  /**
   * Expires what is due.
   *
   * @return whether there is anything to watch
   */
  synchronized boolean expire(long now, boolean virtualThreadsToo, Expired expired) {
    wheel.turn(now, expired);
    platform.expireInterrupted(now, wheel, expired);
    if (virtualThreadsToo) {
      virtual.expireInterrupted(now, wheel, expired);
    }
    return !isEmpty();
  }

  private void enter(Watch watch, Thread reader) {
    watch.reader = reader;
    (isVirtual(reader) ? virtual : platform).add(reader, watch);
  }

  private static void leave(Watch watch) {
    if (watch.readers != null) {
      watch.readers.remove(watch);
    }
  }

  private static boolean isVirtual(Thread thread) {
    if (IS_VIRTUAL == null) {
      return false;
    }
    try {
      return (boolean) IS_VIRTUAL.invokeExact(thread);
    } catch (Throwable e) {
      throw new IllegalStateException("Thread.isVirtual() failed", e);
    }
  }

  private static @Nullable MethodHandle isVirtual() {
    try {
      return MethodHandles.publicLookup()
          .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }
}
