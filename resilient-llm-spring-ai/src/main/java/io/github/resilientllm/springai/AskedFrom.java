package io.github.resilientllm.springai;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What a model may expect of the thread that asks it, taken along to another one: the context class
 * loader, by which SDKs find their services, and the log's context. All else that a thread carries
 * Micrometer's snapshots take along.
 */
final class AskedFrom {
  private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();
  private final @Nullable Map<String, String> log = MDC.getCopyOfContextMap();

  private AskedFrom() {}

  /** What this thread has. */
  static AskedFrom here() {
    return new AskedFrom();
  }

  /** A task that has it while it runs, and leaves behind what the thread had. */
  Runnable around(Runnable task) {
    return () -> {
      Thread thread = Thread.currentThread();
      ClassLoader own = thread.getContextClassLoader();
      Map<String, String> ownLog = MDC.getCopyOfContextMap();
      thread.setContextClassLoader(loader);
      log(log);
      try {
        task.run();
      } finally {
        thread.setContextClassLoader(own);
        log(ownLog);
      }
    };
  }

  private static void log(@Nullable Map<String, String> context) {
    if (context == null) {
      MDC.clear();
    } else {
      MDC.setContextMap(context);
    }
  }
}
