package io.github.resilientllm.internal.thread;

import io.github.resilientllm.internal.time.Lane;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;

/**
 * Executors whose tasks block: of virtual threads where the JDK has them, of {@linkplain Lane
 * lanes} of daemon threads where it has not. Their threads inherit nothing.
 */
public final class Workers {
  /** Tasks of half a minute at 130 a second. */
  public static final int MOST = 4096;

  private Workers() {}

  /** An executor that refuses what comes when all its {@value #MOST} threads are busy. */
  public static Executor refusing(String name) {
    return virtualOr(name, () -> new Lane(name, MOST, 0));
  }

  /** An executor of virtual threads, else another one. */
  public static Executor virtualOr(String name, Supplier<? extends Executor> other) {
    try {
      return virtual(name);
    } catch (ReflectiveOperationException e) { // before JDK 21
      return other.get();
    }
  }

  /** By reflection, for this is compiled for 17. */
  private static Executor virtual(String name) throws ReflectiveOperationException {
    Class<?> builder = Class.forName("java.lang.Thread$Builder");
    Object virtual = Thread.class.getMethod("ofVirtual").invoke(null);
    builder.getMethod("name", String.class).invoke(virtual, name);
    builder.getMethod("inheritInheritableThreadLocals", boolean.class).invoke(virtual, false);
    ThreadFactory factory = (ThreadFactory) builder.getMethod("factory").invoke(virtual);
    return task -> factory.newThread(task).start();
  }
}
