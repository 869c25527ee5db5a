package io.github.resilientllm.langchain4j;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What a model may expect of the thread that asks it, taken along to another one: the context class
 * loader, by which SDKs find their services, and the log's context.
 */
final class AskedFrom {
  private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();
  private final @Nullable Map<String, String> log = MDC.getCopyOfContextMap();

  private AskedFrom() {}

  /** What this thread has. */
  static AskedFrom here() {
    return new AskedFrom();
  }

  /** A task that has it while it runs. */
  Runnable around(Runnable task) {
    return () -> {
      Thread thread = Thread.currentThread();
      ClassLoader own = thread.getContextClassLoader();
      thread.setContextClassLoader(loader);
      if (log != null) {
        MDC.setContextMap(log);
      }
      try {
        task.run();
      } finally {
        thread.setContextClassLoader(own);
        MDC.clear();
      }
    };
  }
}
