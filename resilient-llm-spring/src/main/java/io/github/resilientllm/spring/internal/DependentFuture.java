package io.github.resilientllm.spring.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A future that ends as a step after another one says, and whose cancelling cancels the other one:
 * the JDK's own dependents leave the call on the wire.
 */
public final class DependentFuture<T> extends CompletableFuture<T> {

  /** What follows a future. */
  @FunctionalInterface
  public interface Step<T> {
    /**
     * Ends the next future, now or later.
     *
     * @param value what the first one ended with; null also if it failed
     * @param failure how it failed, without the wrapping of the JDK; null if it did not
     */
    void then(@Nullable T value, @Nullable Throwable failure, CompletableFuture<T> next);
  }

  private volatile @Nullable Future<?> origin;

  private DependentFuture(@Nullable Future<?> origin) {
    this.origin = origin;
  }

  /** A future after another one. */
  public static <T> DependentFuture<T> of(CompletionStage<T> first, Step<T> step) {
    DependentFuture<T> next =
        new DependentFuture<>(first instanceof Future<?> origin ? origin : null);
    first.whenComplete(
        (value, failure) -> {
          try {
            step.then(value, failure == null ? null : unwrapped(failure), next);
          } catch (Throwable bug) { // nobody else would end it
            next.completeExceptionally(bug);
          }
        });
    return next;
  }

  /** Ends it as another one does, which cancelling it cancels from now on. */
  public void follow(CompletionStage<T> other) {
    origin = other instanceof Future<?> future ? future : null;
    other.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            complete(value);
          } else {
            completeExceptionally(unwrapped(failure));
          }
        });
    if (isCancelled() && origin != null) {
      origin.cancel(true);
    }
  }

  @Override
  public boolean cancel(boolean mayInterrupt) {
    boolean cancelled = super.cancel(mayInterrupt);
    Future<?> running = origin;
    if (cancelled && running != null) {
      running.cancel(mayInterrupt);
    }
    return cancelled;
  }

  private static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
