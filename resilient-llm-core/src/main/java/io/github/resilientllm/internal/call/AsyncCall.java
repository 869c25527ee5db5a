package io.github.resilientllm.internal.call;

import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.internal.time.Watch;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A call that a thread of an executor makes, and that waits for that thread until its deadline.
 *
 * <p>A call whose turn does not come in time is run elsewhere at its deadline, where it finds that
 * it is too late. However the future ends, by cancel, orTimeout or the answer, the call does as
 * well, and keeps nothing in the executor's queue but an empty task.
 */
final class AsyncCall implements Runnable {
  private final Time time;
  private final CompletableFuture<ChatResponse> future = new CompletableFuture<>();
  private final AtomicReference<@Nullable Exchange> waiting; // until somebody runs it
  private final Watch clock; // while it waits

  private AsyncCall(Exchange call, Time time) {
    this.time = time;
    this.waiting = new AtomicReference<>(call);
    this.clock = new Watch(call.deadline(), () -> time.elsewhere(this));
  }

  /** Starts a call's clocks and has an executor run it. */
  static CompletableFuture<ChatResponse> start(Exchange call, Time time, Executor executor) {
    call.begin();
    AsyncCall async = new AsyncCall(call, time);
    CompletableFuture<ChatResponse> unused =
        async.future.whenComplete(
            (answer, failure) -> {
              async.take();
              call.cancel();
            });
    time.watch(async.clock);
    try {
      executor.execute(async);
    } catch (Throwable e) { // what an application's executor throws is its own
      if (async.take() != null) { // one that ran in the caller and threw afterwards has ended
        async.future.completeExceptionally(call.rejected(e));
      }
    }
    return async.future;
  }

  @Override
  public void run() {
    Exchange call = take();
    if (call == null) {
      return;
    }
    try {
      future.complete(Engine.whole(call));
    } catch (Throwable e) { // whatever it is, somebody waits for it
      future.completeExceptionally(e);
      if (e instanceof Error error) {
        throw error;
      }
    }
  }

  /** Ends the wait; null if somebody else has. */
  private @Nullable Exchange take() {
    Exchange call = waiting.getAndSet(null);
    if (call != null) {
      time.unwatch(clock);
    }
    return call;
  }
}
