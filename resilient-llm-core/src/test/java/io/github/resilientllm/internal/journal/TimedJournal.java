package io.github.resilientllm.internal.journal;

import io.github.resilientllm.internal.journal.file.FileDisk;
import io.github.resilientllm.internal.journal.file.FileOptions;
import io.github.resilientllm.internal.journal.file.SyncRule;
import io.github.resilientllm.internal.journal.file.SyncRule.Mode;
import io.github.resilientllm.internal.journal.file.Writers;
import io.github.resilientllm.internal.time.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/** A journal in files whose timers run on virtual time. */
public final class TimedJournal {
  private TimedJournal() {}

  /** With the defaults. */
  public static JournalDirectory at(Path directory, VirtualTime time) {
    SyncRule sync = new SyncRule(Mode.BOUNDARY, Duration.ofMillis(200));
    return new JournalDirectory(
        directory,
        new FileOptions(sync, 1 << 20, 1 << 30, 10, null, false, FileOptions.READ_WHOLE, false),
        new FileDisk(),
        new Writers(Runnable::run),
        (delay, task) ->
            time.execute(
                () -> {
                  time.pass(delay);
                  task.run();
                }),
        InstantSource.system(),
        () -> "0123456789abcdef");
  }
}
