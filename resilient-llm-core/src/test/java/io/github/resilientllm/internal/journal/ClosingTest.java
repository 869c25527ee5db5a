package io.github.resilientllm.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.internal.journal.file.FileOptions;
import io.github.resilientllm.internal.journal.file.SyncRule;
import io.github.resilientllm.internal.journal.file.SyncRule.Mode;
import io.github.resilientllm.internal.journal.file.Writers;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.testing.Pages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What closing a log does while the disk hangs, and what comes after it. */
class ClosingTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path directory;
  private final HangingDisk disk = new HangingDisk("c-a.jsonl");
  private final List<ExecutorService> pools = new ArrayList<>();
  private final Semaphore asked = new Semaphore(0); // a permit for each task that another did
  private JournalDirectory journal;
  private CompletableFuture<Void> append;
  private Journal.Log log;

  @BeforeEach
  void aLogWaitsForTheDisk() throws IOException {
    journal = journal(Files.createDirectory(directory.resolve("real")), () -> {});
    log = journal.open("a").join();
    log.append(Pages.entry(1)).join();
    append = log.append(Pages.entry(2));
    disk.awaitHanging();
  }

  @AfterEach
  void release() {
    disk.release();
    journal.close();
    pools.forEach(ExecutorService::shutdown);
  }

  private JournalDirectory journal(Path place, Runnable afterEach) {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    pools.add(threads);
    return new JournalDirectory(
        place,
        new FileOptions(
            new SyncRule(Mode.EVERY_EVENT, PATIENCE),
            1 << 20,
            1 << 30,
            3,
            null,
            false,
            FileOptions.READ_WHOLE,
            false),
        disk,
        new Writers(task -> threads.execute(() -> runAndThen(task, afterEach))),
        (delay, task) -> {},
        InstantSource.system(),
        () -> "life");
  }

  private static void runAndThen(Runnable task, Runnable after) {
    try {
      task.run();
    } finally {
      after.run();
    }
  }

  private void close() {
    assertThat(CompletableFuture.runAsync(log::close)).succeedsWithin(PATIENCE);
    assertThat(append).as("still waits for the disk").isNotDone();
  }

  @Test
  void closingDoesNotWaitForTheDisk() {
    close();
    disk.release();

    assertThat(append).succeedsWithin(PATIENCE);
  }

  @Test
  void anOpeningThatFollowsGoesOnWhereTheClosedLogEnded() {
    close();
    CompletableFuture<Journal.Log> opening = journal.open("a");
    disk.release();

    assertThat(opening).succeedsWithin(PATIENCE);
    Journal.Log next = opening.join();
    assertThat(next.lastSequence()).isEqualTo(2);
    assertThat(next.append(Pages.entry(3))).succeedsWithin(PATIENCE);
    assertThat(journal.read("a").join()).isEqualTo(Pages.entries(1, 3));
  }

  @Test
  void otherConversationsGoOnWithTheOtherThread() {
    close();
    List<CompletableFuture<Journal.Log>> waiting =
        IntStream.range(0, 10).mapToObj(i -> journal.open("a")).toList();

    CompletableFuture<Void> others =
        CompletableFuture.runAsync(
            () -> {
              Pages.write(journal, "b", 3);
              Pages.write(journal, "c", 3);
              journal.delete("b").join();
            });

    assertThat(others).succeedsWithin(PATIENCE);
    assertThat(waiting).noneMatch(CompletableFuture::isDone);
  }

  /** What waits for a closing, and what it gives then. */
  private record Use(String name, Function<JournalDirectory, Object> use, Object result) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Use> uses() {
    return List.of(
        new Use("open", it -> it.open("a").join().entriesAfter(0).join(), Pages.entries(1, 2)),
        new Use("delete", it -> it.delete("a").join(), true),
        new Use("compact", it -> it.compact("a"), 0L),
        new Use("repair", it -> it.repair("a").entries(), 2L),
        new Use("verify", it -> it.verify("a").problems(), List.of()));
  }

  @ParameterizedTest
  @MethodSource("uses")
  void anotherJournalOfThisProcessWaitsToo(Use what) throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("real"));
    close();
    try (JournalDirectory other = journal(link, asked::release)) {
      CompletableFuture<Object> use = CompletableFuture.supplyAsync(() -> what.use.apply(other));
      assertThat(asked.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

      assertThat(use).isNotDone();
      disk.release();

      assertThat(use).succeedsWithin(PATIENCE).isEqualTo(what.result);
    }
  }
}
