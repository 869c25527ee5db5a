package io.github.resilientllm;

import io.github.resilientllm.internal.time.VirtualTime;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntFunction;

/** An executor of an application, in virtual time, which does with each task what it is told. */
final class ForeignExecutor implements Executor {
  /** What becomes of a task. */
  enum Way {
    /** It runs at once on a thread of its own. */
    RUNS,
    /** It runs before {@code execute} returns, as with {@code CallerRunsPolicy}. */
    RUNS_IN_CALLER,
    /** It waits until it is {@linkplain #letGo let go}. */
    QUEUES,
    /** It never runs, and nobody says so, as with {@code DiscardPolicy}. */
    LOSES,
    /** {@code execute} says that there is no room. */
    REJECTS,
    /** {@code execute} throws what it must not. */
    THROWS
  }

  private final VirtualTime time;
  private final IntFunction<Way> ways;
  private final Queue<Runnable> queued = new ArrayDeque<>();
  private int tasks;

  /** An executor that deals with the n-th task, from 0, as the function says. */
  ForeignExecutor(VirtualTime time, IntFunction<Way> ways) {
    this.time = time;
    this.ways = ways;
  }

  /** One that does the same with every task. */
  static ForeignExecutor that(VirtualTime time, Way always) {
    return new ForeignExecutor(time, n -> always);
  }

  @Override
  public void execute(Runnable task) {
    switch (ways.apply(tasks++)) {
      case RUNS -> time.execute(task);
      case RUNS_IN_CALLER -> task.run();
      case QUEUES -> queued.add(task);
      case LOSES -> {}
      case REJECTS -> throw new RejectedExecutionException("no room");
      case THROWS -> throw new IllegalStateException("no executor any more");
    }
  }

  /** The tasks it was given. */
  int tasks() {
    return tasks;
  }

  /** Runs what is queued. */
  void letGo() {
    while (!queued.isEmpty()) {
      time.execute(queued.remove());
    }
  }
}
