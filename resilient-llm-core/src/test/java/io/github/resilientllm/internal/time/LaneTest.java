package io.github.resilientllm.internal.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Daemon threads made on demand, and tasks that wait for them. */
class LaneTest {
  private static final long MINUTE = 60_000_000_000L;

  private final CountDownLatch release = new CountDownLatch(1);

  @Test
  void tasksBeyondTheThreadsWaitInTheirOrder() throws Exception {
    Lane lane = lane(1, 100, MINUTE);
    lane.execute(this::block);
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch done = new CountDownLatch(100);
    for (int i = 0; i < 100; i++) {
      int number = i;
      lane.execute(
          () -> {
            order.add(number);
            done.countDown();
          });
    }
    assertThat(order).isEmpty();
    release.countDown();
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(order).isSorted().hasSize(100);
    assertThat(lane.threads()).isEqualTo(1);
  }

  @Test
  void oneTaskTooManyIsRejectedAndSaysWhy() {
    Lane lane = lane(2, 1, MINUTE);
    for (int i = 0; i < 3; i++) {
      lane.execute(this::block);
    }
    assertThatThrownBy(() -> lane.execute(this::block))
        .isInstanceOf(RejectedExecutionException.class)
        .hasMessage("All 2 threads of lane are busy, and 1 wait");
    release.countDown();
  }

  @Test
  void anIdleThreadIsUsedBeforeANewOneIsMade() throws Exception {
    Lane lane = lane(10, 10, MINUTE);
    for (int i = 0; i < 20; i++) {
      CompletableFuture<Thread> ran = new CompletableFuture<>();
      lane.execute(() -> ran.complete(Thread.currentThread()));
      Thread thread = ran.get(10, TimeUnit.SECONDS);
      while (thread.getState() != Thread.State.TIMED_WAITING) { // idle, and seen to be
        Thread.onSpinWait();
      }
    }
    assertThat(lane.threads()).isEqualTo(1);
  }

  @Test
  void anIdleThreadEnds() throws Exception {
    Lane lane = lane(10, 10, 1_000_000);
    CompletableFuture<Thread> ran = new CompletableFuture<>();
    lane.execute(() -> ran.complete(Thread.currentThread()));
    ran.get(10, TimeUnit.SECONDS).join(10_000);
    assertThat(lane.threads()).isZero();
    assertThat(completes(lane)).isTrue(); // on a new one
  }

  @Test
  void aTaskThatThrowsOrIsInterruptedTakesNothingFromTheNext() throws Exception {
    Lane lane = lane(1, 10, MINUTE);
    lane.execute(
        () -> {
          Thread.currentThread().interrupt();
          throw new AssertionError("a task's own failure");
        });
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    lane.execute(() -> interrupted.complete(Thread.currentThread().isInterrupted()));
    assertThat(interrupted.get(10, TimeUnit.SECONDS)).isFalse();
  }

  @Test
  void itsThreadsAreDaemonsAndInheritNothing() throws Exception {
    InheritableThreadLocal<String> secret = new InheritableThreadLocal<>();
    secret.set("a request's own");
    AtomicReference<String> seen = new AtomicReference<>("nothing has run");
    CompletableFuture<Thread> ran = new CompletableFuture<>();
    lane(1, 1, MINUTE)
        .execute(
            () -> {
              seen.set(secret.get());
              ran.complete(Thread.currentThread());
            });
    Thread thread = ran.get(10, TimeUnit.SECONDS);
    assertThat(seen.get()).isNull();
    assertThat(thread.isDaemon()).isTrue();
    assertThat(thread.getContextClassLoader()).isNull();
    secret.remove();
  }

  @Test
  void aThreadThatCannotBeMadeIsOneLess() throws Exception {
    List<Thread> made = Collections.synchronizedList(new ArrayList<>());
    Lane lane = new Lane("lane", 10, 100, MINUTE, task -> thread(task, made, 2));
    CountDownLatch done = new CountDownLatch(20);
    for (int i = 0; i < 20; i++) {
      lane.execute(
          () -> {
            block();
            done.countDown();
          });
    }
    release.countDown();
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(made).hasSize(2);
    assertThat(lane.threads()).isEqualTo(2);
  }

  @Test
  void aTaskForWhichThereIsNoThreadAtAllIsRejected() {
    Lane lane = new Lane("lane", 10, 100, MINUTE, task -> thread(task, new ArrayList<>(), 0));
    assertThatThrownBy(() -> lane.execute(this::block))
        .isInstanceOf(RejectedExecutionException.class)
        .hasMessage("No thread can be made for lane");
    assertThat(lane.threads()).isZero();
  }

  private static Thread thread(Runnable task, List<Thread> made, int most) {
    if (made.size() >= most) {
      throw new OutOfMemoryError("unable to create native thread");
    }
    Thread thread = Lane.thread("lane", task);
    made.add(thread);
    return thread;
  }

  private static Lane lane(int mostThreads, int mostWaiting, long lingerNanos) {
    return new Lane(
        "lane", mostThreads, mostWaiting, lingerNanos, task -> Lane.thread("lane", task));
  }

  private static boolean completes(Lane lane) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    lane.execute(done::countDown);
    return done.await(10, TimeUnit.SECONDS);
  }

  private void block() {
    try {
      release.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts", e);
    }
  }
}
