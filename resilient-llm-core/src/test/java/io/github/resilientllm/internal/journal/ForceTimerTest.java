package io.github.resilientllm.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.internal.journal.file.FileOptions;
import io.github.resilientllm.internal.journal.file.SyncRule;
import io.github.resilientllm.internal.journal.file.SyncRule.Mode;
import io.github.resilientllm.internal.journal.file.Writers;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.testing.Pages;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was only written is forced in time, in all conversations by one timer. */
@SuppressWarnings("try") // closing early is what one of them is about
class ForceTimerTest {
  private static final Duration WITHIN = Duration.ofMillis(200);

  @TempDir Path directory;
  private final FailingDisk disk = new FailingDisk();
  private final Deque<Runnable> timers = new ArrayDeque<>();
  private boolean noTimers;
  private int tasks;
  private JournalDirectory journal;
  private Journal.Log a;
  private Journal.Log b;

  @BeforeEach
  void twoConversationsAreOpen() {
    journal =
        new JournalDirectory(
            directory,
            new FileOptions(
                new SyncRule(Mode.BOUNDARY, WITHIN),
                1 << 20,
                1 << 30,
                10,
                null,
                false,
                FileOptions.READ_WHOLE,
                false),
            disk,
            new Writers(this::count),
            this::later,
            InstantSource.system(),
            () -> "life");
    a = open("a");
    b = open("b");
    disk.syncs = 0;
  }

  private void count(Runnable task) {
    tasks++;
    task.run();
  }

  private void later(Duration delay, Runnable task) {
    if (noTimers) {
      throw new OutOfMemoryError("unable to create native thread");
    }
    assertThat(delay).isEqualTo(WITHIN.minusMillis(80));
    timers.add(task);
  }

  private Journal.Log open(String id) {
    Journal.Log log = journal.open(id).join();
    log.append(Pages.entry(1)).join();
    return log;
  }

  @AfterEach
  void close() {
    journal.close();
  }

  private static void write(Journal.Log log) {
    log.append(Pages.entry(log.lastSequence() + 1, Kind.ATTEMPT, "more")).join();
  }

  @Test
  void oneTimerForcesAllConversationsInWhichSomethingWaits() {
    write(a);
    write(b);
    write(a);
    assertThat(timers).hasSize(1);
    assertThat(disk.syncs).isZero();

    timers.remove().run();

    assertThat(disk.syncs).isEqualTo(2);
    assertThat(timers).as("nothing waits").isEmpty();
  }

  @Test
  void whatIsWrittenAfterTheTimerHasAnother() {
    write(a);
    timers.remove().run();
    write(a);
    write(b);
    assertThat(timers).hasSize(1);

    timers.remove().run();

    assertThat(disk.syncs).as("a, then both").isEqualTo(3);
  }

  @Test
  void whatWasForcedMeanwhileOrClosedIsLeftOut() {
    write(a);
    write(b);
    a.append(Pages.entry(3)).join();
    b.close();
    tasks = 0;

    timers.remove().run();

    assertThat(tasks).isZero();
  }

  @Test
  void aForceThatFailsStopsNoOther() {
    write(a);
    write(b);
    disk.goodSyncs = 0;
    timers.remove().run();

    assertThat(disk.syncs).as("each was tried").isEqualTo(2);
    assertThat(Stream.of(a, b).filter(ForceTimerTest::takesMore)).hasSize(1);
  }

  private static boolean takesMore(Journal.Log log) {
    return !log.append(Pages.entry(3)).isCompletedExceptionally();
  }

  @Test
  void aTimerThatCannotBeHadIsAskedForAgain() {
    noTimers = true;
    assertThatThrownBy(() -> write(a)).hasMessageContaining("OutOfMemoryError");
    noTimers = false;
    write(b);
    assertThat(timers).hasSize(1);

    timers.remove().run();

    assertThat(disk.syncs).as("of b").isEqualTo(1);
  }
}
