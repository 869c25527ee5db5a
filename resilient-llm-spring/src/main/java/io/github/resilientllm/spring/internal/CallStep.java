package io.github.resilientllm.spring.internal;

import io.github.resilientllm.spring.internal.Surroundings.Around;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one thread does of a call, from the outside: a blocking call, one read of a stream, or a
 * task of an async call. What listens to the call may put something around the rest of it, and
 * around the further steps of the same stream; it is taken away when the step ends, on every path.
 */
public final class CallStep {
  private static final ThreadLocal<@Nullable CallStep> CURRENT = new ThreadLocal<>();

  private final @Nullable Around origin;
  private @Nullable Around around;
  private final Deque<Runnable> open = new ArrayDeque<>(); // what this step has entered

  /**
   * A step, or the steps of one stream.
   *
   * @param origin what surrounds it until something else does; null for nothing
   */
  public CallStep(@Nullable Around origin) {
    this.origin = origin;
  }

  /** The step that this thread does; null for none. */
  public static @Nullable CallStep current() {
    return CURRENT.get();
  }

  /** Puts something around the rest of it; what was put first stays. */
  public void surround(Around with) {
    if (around == null) {
      around = with;
      open.push(with.enter());
    }
  }

  /** Takes away what is around it now, for what is around it is about to end. */
  public void leave() {
    while (!open.isEmpty()) {
      open.pop().run();
    }
  }

  /** Does it on this thread. */
  public <T> T run(Supplier<T> work) {
    CallStep outer = CURRENT.get();
    CURRENT.set(this);
    try {
      if (around != null) {
        open.push(around.enter());
      } else if (origin != null) {
        open.push(origin.enter());
      }
      return work.get();
    } finally {
      CURRENT.set(outer);
      leave();
    }
  }
}
