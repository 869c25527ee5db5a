package io.github.resilientllm.langchain4j;

import java.net.http.HttpHeaders;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an attempt's HTTP exchange, where the model's client is one of {@link
 * WatchedHttp}'s; nothing where it is not. The client finds it by the thread on which the model is
 * asked.
 */
final class Exchange {
  private static final ThreadLocal<@Nullable Exchange> CURRENT = new ThreadLocal<>();

  // Guarded by this object's lock.
  private Map<String, String> headers = Map.of();
  private @Nullable Runnable cancel;
  private boolean closed;

  /** What this thread asks a vendor for; null for nothing of ours. */
  static @Nullable Exchange current() {
    return CURRENT.get();
  }

  /** Asks a model on this thread. */
  <T> T here(Supplier<T> asking) {
    Exchange outer = CURRENT.get();
    CURRENT.set(this);
    try {
      return asking.get();
    } finally {
      CURRENT.set(outer);
    }
  }

  /** The headers of the last answer; empty if none came, or nobody told. */
  synchronized Map<String, String> headers() {
    return headers;
  }

  synchronized void answered(HttpHeaders told) {
    Map<String, String> first = new HashMap<>();
    told.map()
        .forEach(
            (name, values) ->
                values.stream().findFirst().ifPresent(value -> first.put(name, value)));
    headers = first;
  }

  /** It can be ended so from now on; at once, if it was to be before. */
  void begun(Runnable end) {
    synchronized (this) {
      if (!closed) {
        cancel = end;
        return;
      }
    }
    end.run();
  }

  /** Ends it, whether the vendor has said something or not. */
  void close() {
    Runnable end;
    synchronized (this) {
      closed = true;
      end = cancel;
      cancel = null;
    }
    if (end != null) {
      end.run();
    }
  }
}
