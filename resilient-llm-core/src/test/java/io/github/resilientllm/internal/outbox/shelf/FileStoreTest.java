package io.github.resilientllm.internal.outbox.shelf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.internal.journal.JournalDirectory;
import io.github.resilientllm.internal.journal.file.Disk;
import io.github.resilientllm.internal.journal.file.FileDisk;
import io.github.resilientllm.internal.journal.file.FileOptions;
import io.github.resilientllm.internal.journal.file.SyncRule;
import io.github.resilientllm.internal.journal.file.Writers;
import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxException;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.outbox.OutboxStore.Change;
import io.github.resilientllm.outbox.OutboxStore.Query;
import io.github.resilientllm.outbox.OutboxStore.Take;
import io.github.resilientllm.testing.OutboxStoreContract;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store in files, on a real disk. */
class FileStoreTest extends OutboxStoreContract {
  private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

  @TempDir Path directory;
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicLong names = new AtomicLong();
  private Disk disk = new FileDisk();
  private boolean onlyLooks;

  @Override
  protected OutboxStore open() {
    return store(2000, 1 << 20, 8 << 20);
  }

  private FileStore store(int items, long bytes, long segment) {
    FileOptions options =
        new FileOptions(
            // Nothing here is about the loss of power, which CrashingDisk knows better.
            new SyncRule(SyncRule.Mode.NONE, Duration.ofMillis(200)),
            4 << 20,
            Long.MAX_VALUE >> 1,
            16,
            null,
            false,
            FileOptions.READ_WHOLE,
            false);
    JournalDirectory files =
        new JournalDirectory(
            directory,
            options,
            disk,
            Writers.make(),
            (delay, task) -> {},
            this::now,
            () -> "%016x".formatted(names.incrementAndGet()));
    return new FileStore(
        files,
        new Limits(items, bytes, 64 << 10, segment, Duration.ofHours(1)),
        this::now,
        nanos::get,
        task -> new Thread(task, "apart").start(),
        onlyLooks);
  }

  @Override
  protected OutboxStore reopen(OutboxStore store) {
    store.close();
    return open();
  }

  @Override
  protected Instant now() {
    return NOON.plusNanos(nanos.get());
  }

  @Override
  protected void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private OutboxItem item(String id, int size) {
    return OutboxItem.builder(id, "mail", "{\"x\":\"" + "y".repeat(size) + "\"}", now()).build();
  }

  private static List<OutboxItem> take(OutboxStore store, ItemState state, int most) {
    return store.take(new Take(state, Set.of("mail"), most, Duration.ofMinutes(1), false)).join();
  }

  private static OutboxException.Reason reason(CompletableFuture<?> future) {
    assertThat(future).isCompletedExceptionally();
    return ((OutboxException) future.handle((done, failure) -> failure.getCause()).join()).reason();
  }

  @Test
  void aFullStoreRefusesAndSaysWhatToDo() {
    try (FileStore store = other(2, 1 << 20)) {
      store.submit(item("a", 1)).join();
      store.submit(item("b", 1)).join();
      assertThatThrownBy(() -> store.submit(item("c", 1)).join())
          .hasMessageContaining("2 items wait")
          .hasMessageContaining("maxItems is 2");
      store.change(Query.one("a"), Change.CANCEL).join();
      store.submit(item("c", 1)).join();
    }
  }

  @Test
  void soDoesOneWithTooManyBytesAndWithTooLargeAnItem() {
    try (FileStore store = other(100, 100_000)) {
      store.submit(item("a", 60_000)).join();
      assertThatThrownBy(() -> store.submit(item("b", 60_000)).join())
          .hasMessageContaining("maxBytes is 100000");
      assertThatThrownBy(() -> store.submit(item("c", 70_000)).join())
          .hasMessageContaining("maxItemBytes is 65536");
      assertThat(store.counts().join().of(ItemState.WAITING)).isEqualTo(1);
    }
  }

  private FileStore other(int items, long bytes) {
    directory = directory.resolve("other");
    return store(items, bytes, 8 << 20);
  }

  @Test
  void aSecondProcessIsRefusedAsLongAsTheFirstIsThere() {
    try (FileStore second = second()) {
      assertThat(second.counts().join().of(ItemState.WAITING)).isEqualTo(1);
    }
  }

  @Test
  void whoeverOnlyLooksSeesWhatThereIsAndChangesNothing() {
    try (FileStore first = store(10, 1 << 20, 8 << 20)) {
      first.submit(item("a", 1)).join();
      onlyLooks = true;
      try (FileStore looking = store(10, 1 << 20, 8 << 20)) {
        assertThat(looking.find("a").join().orElseThrow().work()).isEqualTo("{\"x\":\"y\"}");
        assertThatThrownBy(() -> looking.change(Query.all(), Change.CANCEL).join())
            .hasMessageContaining("only looks");
        assertThat(looking.verify()).hasSize(1).allMatch(found -> found.problems().isEmpty());
      }
      assertThat(take(first, ItemState.WAITING, 5)).hasSize(1);
    }
  }

  private FileStore second() {
    FileStore second = store(10, 1 << 20, 8 << 20);
    try (FileStore first = store(10, 1 << 20, 8 << 20)) {
      first.submit(item("a", 1)).join();
      CompletableFuture<?> refused = second.counts();
      refused.handle((done, failure) -> done).join();
      assertThat(reason(refused)).isEqualTo(OutboxException.Reason.BUSY);
    }
    return second;
  }

  @Test
  void segmentsThatHoldLittleAreWrittenAnewAndGo() throws Exception {
    directory = directory.resolve("other");
    List<String> alive = new ArrayList<>();
    try (FileStore store = store(1000, 1 << 20, 20_000)) {
      for (int i = 0; i < 400; i++) {
        store.submit(item("i" + i, 500)).join();
        OutboxItem taken = take(store, ItemState.WAITING, 1).get(0);
        if (i % 100 == 7) {
          alive.add(taken.id());
          OutboxItem.Builder answered = taken.toBuilder().state(ItemState.ANSWERED);
          assertThat(store.put(answered.answer("{\"n\":" + i + "}").build(), false).join())
              .isTrue();
        } else {
          assertThat(store.put(taken.toBuilder().state(ItemState.DONE).build(), false).join())
              .isTrue();
        }
        pass(Duration.ofMinutes(1));
      }
      check(store, alive);
      long late = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (bytes() > 150_000 && System.nanoTime() < late) {
        Thread.onSpinWait(); // it is done on a thread apart
      }
    }
    assertThat(bytes()).as("of 400 items of 500 bytes").isBetween(2_000L, 150_000L);
    try (FileStore store = store(1000, 1 << 20, 20_000)) {
      check(store, alive);
    }
  }

  @Test
  void whatWasWrittenAnewKeepsItsPlaceForTheNextProcess() {
    directory = directory.resolve("other");
    Path oldest = directory.resolve("c-segment-000000000001.jsonl");
    int count = 0;
    try (FileStore store = store(10_000, 8 << 20, 20_000)) {
      do {
        store.submit(item("single-" + count, 1)).join();
        store.submit(item("turn-" + count, 1).toBuilder().lane("ticket").build()).join();
        store.submit(item("filler", 10_000)).join();
        store.change(Query.one("filler"), Change.CANCEL).join();
        store.change(Query.one("filler"), Change.PURGE).join();
        count++;
      } while (count < 5 || Files.exists(oldest));
    }
    try (FileStore store = store(10_000, 8 << 20, 20_000)) {
      List<String> given = new ArrayList<>();
      List<OutboxItem> taken = take(store, ItemState.WAITING, 1);
      while (!taken.isEmpty()) {
        given.add(taken.get(0).id());
        store.put(taken.get(0).toBuilder().state(ItemState.DONE).build(), false).join();
        taken = take(store, ItemState.WAITING, 1);
      }
      List<String> inOrder = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        inOrder.add("single-" + i);
        inOrder.add("turn-" + i);
      }
      assertThat(given).isEqualTo(inOrder);
    }
  }

  @Test
  void aSegmentThatCannotBeDeletedBringsNothingBack() {
    directory = directory.resolve("other");
    AtomicInteger failures = new AtomicInteger();
    disk = failing(failures);
    try (FileStore store = store(1000, 1 << 20, 20_000)) {
      store.submit(item("a", 1)).join(); // in the oldest segment
      store.change(Query.one("a"), Change.CANCEL).join();
      for (int i = 0; i < 3; i++) {
        fill(store, i);
      }
      store.change(Query.one("a"), Change.PURGE).join(); // in a later one
      int next = 3;
      while (next < 20 || failures.get() == 0 || Files.exists(segment(6))) {
        fill(store, next++);
      }
    }
    disk = new FileDisk();
    try (FileStore store = store(1000, 1 << 20, 20_000)) {
      assertThat(store.find("a").join()).isEmpty();
    }
  }

  private void fill(FileStore store, int i) {
    store.submit(item("filler" + i, 20_000)).join();
    store.change(Query.one("filler" + i), Change.CANCEL).join();
    store.change(Query.one("filler" + i), Change.PURGE).join();
  }

  private Path segment(int number) {
    return directory.resolve("c-segment-%012d.jsonl".formatted(number));
  }

  /** A disk that cannot delete the first segment at first. */
  private Disk failing(AtomicInteger failures) {
    FileDisk real = new FileDisk();
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("delete")
                  && arguments[0].equals(segment(1))
                  && failures.getAndIncrement() == 0) {
                throw new IOException("busy");
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static void check(FileStore store, List<String> alive) {
    for (String id : alive) {
      OutboxItem item = store.find(id).join().orElseThrow();
      assertThat(item.state()).isEqualTo(ItemState.ANSWERED);
      assertThat(item.work()).hasSizeGreaterThan(500);
      assertThat(item.answer()).contains("{\"n\":" + id.substring(1) + "}");
    }
    assertThat(store.counts().join().of(ItemState.ANSWERED)).isEqualTo(alive.size());
  }

  private long bytes() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }

  @Test
  void whatIsSubmittedBeforeTheFilesAreReadKeepsItsOrder() {
    try (FileStore store = other(100, 1 << 20)) {
      List<CompletableFuture<OutboxItem>> submitted = new ArrayList<>();
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        ids.add("i" + i);
        submitted.add(store.submit(item("i" + i, 1)));
      }
      submitted.forEach(CompletableFuture::join);
      assertThat(store.list(Query.all()).join().items()).extracting(OutboxItem::id).isEqualTo(ids);
    }
  }

  @Test
  void keysOfWhatIsDoneAreForgottenInTime() {
    try (FileStore store = other(10, 1 << 20)) {
      store.submit(item("a", 1)).join();
      OutboxItem taken = take(store, ItemState.WAITING, 1).get(0);
      assertThat(store.put(taken.toBuilder().state(ItemState.DONE).build(), false).join()).isTrue();
      pass(Duration.ofMinutes(59));
      assertThat(take(store, ItemState.WAITING, 1)).isEmpty();
      assertThat(store.find("a").join()).isPresent();
      pass(Duration.ofMinutes(2));
      assertThat(take(store, ItemState.WAITING, 1)).isEmpty();
      assertThat(store.find("a").join()).isEmpty();
    }
  }
}
