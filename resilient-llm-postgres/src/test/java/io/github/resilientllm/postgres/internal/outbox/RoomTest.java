package io.github.resilientllm.postgres.internal.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.outbox.OutboxException;
import io.github.resilientllm.postgres.internal.outbox.ItemStatements.Size;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Counting alone, without a database. */
@Timeout(60)
class RoomTest {
  private static final int THREADS = 8;

  @SuppressWarnings("NullAway") // a count of this test needs no connection
  private static final Connection NONE = null;

  /** Each who submits looks at the clock when it finds that it has to count. */
  @ParameterizedTest
  @CsvSource({"10, 0, 1", "5, 8, 2"})
  void whoComeWhileOneCountsDoNotCountToo(int most, int refused, int counts) throws Exception {
    CountDownLatch haveCome = new CountDownLatch(THREADS + 1); // and once as the first one begins
    AtomicLong clock = new AtomicLong();
    AtomicInteger counted = new AtomicInteger();
    AtomicInteger full = new AtomicInteger();
    Room room =
        new Room(
            most,
            1000,
            () -> {
              haveCome.countDown();
              return clock.incrementAndGet();
            });
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      all.add(
          threads.submit(
              () -> {
                try {
                  room.take(NONE, 1, connection -> size(counted, haveCome, most == 5 ? 5 : 0));
                } catch (OutboxException e) {
                  full.incrementAndGet();
                }
                return null;
              }));
    }
    for (Future<?> each : all) {
      each.get();
    }
    threads.shutdown();
    assertThat(full).hasValue(refused);
    assertThat(counted.get()).isLessThanOrEqualTo(counts);
  }

  private static Size size(AtomicInteger counted, CountDownLatch haveCome, int items) {
    counted.incrementAndGet();
    try {
      haveCome.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return new Size(items, items);
  }

  @Test
  void whoComesLaterToAFullOneIsCountedAnew() throws Exception {
    AtomicInteger items = new AtomicInteger(5);
    AtomicLong clock = new AtomicLong();
    Room room = new Room(5, 1000, clock::incrementAndGet);
    try {
      room.take(NONE, 1, connection -> new Size(items.get(), 0));
      throw new AssertionError("there was no room");
    } catch (OutboxException e) {
      assertThat(e).hasMessageContaining("5 items wait");
    }
    items.set(4);
    room.take(NONE, 1, connection -> new Size(items.get(), 0));
  }
}
