package io.github.resilientllm;

import io.github.resilientllm.internal.journal.CrashingDisk;
import io.github.resilientllm.internal.journal.JournalDirectory;
import io.github.resilientllm.internal.journal.file.FileOptions;
import io.github.resilientllm.internal.journal.file.SyncRule;
import io.github.resilientllm.internal.journal.file.Writers;
import io.github.resilientllm.internal.outbox.shelf.FileStore;
import io.github.resilientllm.internal.outbox.shelf.Limits;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.policy.Draining;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** An outbox in virtual time, on files in memory, and what its handler was given. */
final class OutboxWorld {
  static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

  final VirtualTime time;
  final List<String> handled = new ArrayList<>(); // keys, in their order
  private final AtomicLong ids = new AtomicLong();
  private CrashingDisk disk = CrashingDisk.empty(1);
  private int lives;

  OutboxWorld(VirtualTime time) {
    this.time = time;
  }

  Instant now() {
    return NOON.plusNanos(time.nanos());
  }

  CrashingDisk disk() {
    return disk;
  }

  void use(CrashingDisk next) {
    disk = next;
  }

  /** A store on the disk, as a process finds it. */
  OutboxStore store() {
    return store(new Limits(20_000, 64 << 20, 64 << 10, 32 << 10, Duration.ofDays(1)));
  }

  OutboxStore store(Limits limits) {
    int life = ++lives;
    int[] files = new int[1];
    FileOptions options =
        new FileOptions(
            new SyncRule(SyncRule.Mode.BOUNDARY, Duration.ofMillis(200)),
            8 << 20,
            Long.MAX_VALUE >> 1,
            16,
            null,
            false,
            FileOptions.READ_WHOLE,
            false);
    JournalDirectory journal =
        new JournalDirectory(
            Path.of("/data/outbox").toAbsolutePath(),
            options,
            disk,
            new Writers(Runnable::run),
            (delay, task) -> {},
            this::now,
            () -> "%08x%08x".formatted(life, files[0]++));
    return new FileStore(journal, limits, this::now, time::nanos, Runnable::run, false);
  }

  Outbox.Builder with(ResilientLlm llm) {
    return with(llm, store());
  }

  Outbox.Builder with(ResilientLlm llm, OutboxStore store) {
    return Outbox.with(llm)
        .store(store)
        .draining(Draining.standard())
        .executor(time)
        .looks(time)
        .clock(this::now)
        .random(ids::incrementAndGet)
        .handler("mail", done -> handled.add(done.key()));
  }
}
