package io.github.resilientllm.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.internal.journal.file.FileOptions;
import io.github.resilientllm.internal.journal.file.SyncRule;
import io.github.resilientllm.internal.journal.file.SyncRule.Mode;
import io.github.resilientllm.internal.journal.file.Writers;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.testing.Pages;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How many threads write, and for how long they are there. */
@Timeout(60)
class WritersTest {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<Thread> made = new ArrayList<>();
  private final CountDownLatch disk = new CountDownLatch(1);

  private Writers writers(Duration idle) {
    return Writers.make(this::thread, idle);
  }

  private synchronized Thread thread(Runnable task) {
    Thread thread = new Thread(task, "writer of a test");
    thread.setDaemon(true);
    made.add(thread);
    return thread;
  }

  private synchronized List<Thread> made() {
    return List.copyOf(made);
  }

  @AfterEach
  void release() {
    disk.countDown();
  }

  private void waitForTheDisk() {
    try {
      disk.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e); // nobody does
    }
  }

  private CompletableFuture<Void> run(Writers writers, Runnable task) {
    return CompletableFuture.runAsync(task, writers);
  }

  @Test
  void sixteenWaitForTheDiskTogetherAndNoMore() {
    Writers writers = writers(LONG);
    Phaser waiting = new Phaser(17);
    List<CompletableFuture<Void>> tasks =
        IntStream.range(0, 16)
            .mapToObj(
                i ->
                    run(
                        writers,
                        () -> {
                          waiting.arrive();
                          waitForTheDisk();
                        }))
            .toList();
    waiting.arriveAndAwaitAdvance();

    CompletableFuture<Void> next = run(writers, () -> {});

    assertThat(made()).hasSize(16);
    assertThat(next).isNotDone();
    disk.countDown();
    assertThat(next).succeedsWithin(PATIENCE);
    assertThat(tasks).allSatisfy(task -> assertThat(task).succeedsWithin(PATIENCE));
    assertThat(made()).hasSize(16);
  }

  @Test
  void idleThreadsEndAndOthersCome() throws Exception {
    Writers writers = writers(Duration.ofMillis(1));
    for (int lives = 1; lives <= 3; lives++) {
      run(writers, () -> {}).join();
      assertThat(made()).hasSize(lives);
      made().get(lives - 1).join();
    }
  }

  @Test
  void threadsThatWaitForWorkEndWhenTheWritersRetire() throws Exception {
    Writers writers = writers(LONG);
    run(writers, () -> {}).join();

    writers.retire();

    made().get(0).join();
    assertThat(run(writers, () -> {})).succeedsWithin(PATIENCE);
  }

  @Test
  void entriesOfAConversationKeepTheirOrderWhateverThreadTakesThem(@TempDir Path directory) {
    FileOptions options =
        new FileOptions(
            new SyncRule(Mode.BOUNDARY, LONG),
            1 << 20,
            1 << 30,
            99,
            null,
            false,
            FileOptions.READ_WHOLE,
            false);
    Map<String, List<Long>> told = new HashMap<>();
    List<CompletableFuture<?>> appended = new ArrayList<>();
    try (JournalDirectory journal = JournalDirectory.at(directory, options)) {
      List<String> ids = IntStream.range(0, 32).mapToObj(i -> "c" + i).toList();
      Map<String, Journal.Log> logs = new HashMap<>();
      for (String id : ids) {
        logs.put(id, journal.open(id).join());
        told.put(id, new ArrayList<>());
      }
      for (long n = 1; n <= 40; n++) {
        long number = n;
        for (String id : ids) {
          List<Long> mine = told.get(id); // written by one thread at a time, which the log orders
          appended.add(logs.get(id).append(Pages.entry(n)).thenRun(() -> mine.add(number)));
        }
      }
      CompletableFuture.allOf(appended.toArray(CompletableFuture[]::new)).join();
      logs.values().forEach(Journal.Log::close);

      List<Long> inOrder = LongStream.rangeClosed(1, 40).boxed().toList();
      assertThat(told.values()).allSatisfy(numbers -> assertThat(numbers).isEqualTo(inOrder));
      assertThat(ids)
          .allSatisfy(id -> assertThat(journal.read(id).join()).isEqualTo(Pages.entries(1, 40)));
    }
  }

  @Test
  void threadsInheritNothingFromWhoeverCameFirst() {
    InheritableThreadLocal<String> request = new InheritableThreadLocal<>();
    request.set("a request's");
    Writers writers = Writers.make();

    CompletableFuture<String> seen = new CompletableFuture<>();
    writers.execute(() -> seen.complete(String.valueOf(request.get())));

    assertThat(seen.join()).isEqualTo("null");
    writers.retire();
  }
}
