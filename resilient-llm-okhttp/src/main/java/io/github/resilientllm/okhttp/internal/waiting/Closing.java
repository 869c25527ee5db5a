package io.github.resilientllm.okhttp.internal.waiting;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The end of an attempt, as seen by whoever waits in it for what has no socket to close: a name, a
 * key. Safe for several threads.
 */
public final class Closing {

  /** The attempt that the current thread is in; OkHttp asks for names on the caller's thread. */
  private static final ThreadLocal<@Nullable Closing> CURRENT = new ThreadLocal<>();

  private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();

  /** What is done in an attempt. */
  public interface Work<T> {
    T run() throws IOException;
  }

  /** The end of a wait by {@link #close()} or by an interrupt, which stays set. */
  public static final class Ended extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /** Ends all waits, those to come too. */
  public void close() {
    end.complete(null);
  }

  /** Does the work as part of this attempt. */
  public <T> T during(Work<T> work) throws IOException {
    CURRENT.set(this);
    try {
      return work.run();
    } finally {
      CURRENT.remove();
    }
  }

  /** The current thread's attempt; one that nobody closes if it is in none. */
  public static Closing current() {
    Closing closing = CURRENT.get();
    return closing == null ? new Closing() : closing;
  }

  /**
   * Waits for work that runs elsewhere.
   *
   * @return null if the time was up first
   * @throws ExecutionException if the work failed
   */
  public <T> @Nullable T await(CompletableFuture<T> work, long nanos)
      throws Ended, ExecutionException {
    try {
      if (!work.isDone()) { // else it is a key that stays the same
        CompletableFuture.anyOf(work, end).get(nanos, TimeUnit.NANOSECONDS);
      }
      if (!work.isDone()) {
        throw new Ended();
      }
      return work.get();
    } catch (TimeoutException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Ended();
    }
  }
}
