package io.github.resilientllm.langchain4j;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads that read streams, unless the user brings some. */
final class Workers {
  /** Streams of half a minute at 130 a second; who comes after them is refused. */
  private static final int MOST = 4096;

  private static final String NAME = "resilient-llm-stream";

  private Workers() {}

  static Executor shared() {
    return Shared.EXECUTOR;
  }

  private static Executor make() {
    try {
      return virtual();
    } catch (ReflectiveOperationException e) { // before JDK 21
      return new ThreadPoolExecutor(
          0, MOST, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), Workers::daemon);
    }
  }

  /** Virtual threads that inherit nothing; by reflection, for this is compiled for 17. */
  private static Executor virtual() throws ReflectiveOperationException {
    Class<?> builder = Class.forName("java.lang.Thread$Builder");
    Object virtual = Thread.class.getMethod("ofVirtual").invoke(null);
    builder.getMethod("name", String.class).invoke(virtual, NAME);
    builder.getMethod("inheritInheritableThreadLocals", boolean.class).invoke(virtual, false);
    ThreadFactory factory = (ThreadFactory) builder.getMethod("factory").invoke(virtual);
    return task -> factory.newThread(task).start();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(null, task, NAME, 0, false);
    thread.setDaemon(true);
    return thread;
  }

  private static final class Shared {
    static final Executor EXECUTOR = make();
  }
}
