package io.github.resilientllm.spring.observe;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a listener keeps of each call of one client between its start and its end. */
final class Calls<T> {
  /** More calls at once are not followed; a reader that never comes back must not cost memory. */
  static final int MOST = 65_536;

  private final Map<Long, T> running = new ConcurrentHashMap<>();

  void started(long id, Supplier<T> state) {
    if (running.size() < MOST) {
      running.put(id, state.get());
    }
  }

  @Nullable T of(long id) {
    return running.get(id);
  }

  @Nullable T ended(long id) {
    return running.remove(id);
  }

  int size() {
    return running.size();
  }
}
