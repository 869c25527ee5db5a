package io.github.resilientllm.internal.thread;

import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What somebody else's code may expect of the thread that asks for it, taken along to another one:
 * the context class loader, by which SDKs and codecs find their services, and the log's context.
 */
public final class AskedFrom {
  private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();
  private final @Nullable Map<String, String> log = MDC.getCopyOfContextMap();

  private AskedFrom() {}

  /** What this thread has. */
  public static AskedFrom here() {
    return new AskedFrom();
  }

  /** A task that has it while it runs, and leaves behind what the thread had. */
  public Runnable around(Runnable task) {
    return () ->
        call(
            () -> {
              task.run();
              return task;
            });
  }

  /** Has it while it makes something, and leaves behind what the thread had. */
  public <T> T call(Supplier<T> maker) {
    Thread thread = Thread.currentThread();
    ClassLoader own = thread.getContextClassLoader();
    Map<String, String> ownLog = MDC.getCopyOfContextMap();
    thread.setContextClassLoader(loader);
    log(log);
    try {
      return maker.get();
    } finally {
      thread.setContextClassLoader(own);
      log(ownLog);
    }
  }

  private static void log(@Nullable Map<String, String> context) {
    if (context == null) {
      MDC.clear();
    } else {
      MDC.setContextMap(context);
    }
  }
}
