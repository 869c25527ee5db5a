package io.github.resilientllm.internal.outbox.shelf;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.internal.journal.CrashingDisk;
import io.github.resilientllm.internal.journal.Fault;
import io.github.resilientllm.internal.journal.JournalDirectory;
import io.github.resilientllm.internal.journal.file.FileOptions;
import io.github.resilientllm.internal.journal.file.SyncRule;
import io.github.resilientllm.internal.journal.file.Writers;
import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore.Change;
import io.github.resilientllm.outbox.OutboxStore.Query;
import io.github.resilientllm.outbox.OutboxStore.Take;
import io.github.resilientllm.outbox.Priority;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Nothing that a store of files acknowledged is lost or undone, whatever goes wrong at whichever
 * step of the disk: the same work with every fault at one step in seventeen, until it passes
 * untouched ({@code -Doutbox.crash.stride=1}: at each). Segments are so small that compaction
 * happens all the time.
 */
class StoreCrashTest {
  /** Prime to the pattern of steps, so that over the faults all kinds of steps are struck. */
  private static final int STRIDE = Integer.getInteger("outbox.crash.stride", 17);

  @ParameterizedTest
  @EnumSource
  void whatWasAcknowledgedSurvivesEveryFault(Fault fault) {
    int runs = 0;
    for (int step = 1 + fault.name().length() % STRIDE;
        new Run(fault, step).holds();
        step += STRIDE) {
      runs++;
    }
    assertThat(runs).as("runs in which it struck").isGreaterThan(1);
  }

  private static final List<Priority> PRIORITIES = List.of(Priority.values());

  private static final class Run {
    private final Fault fault;
    private final int step;
    private final Random random;
    private final Map<String, Known> known = new TreeMap<>();
    private final AtomicInteger lives = new AtomicInteger();
    private CrashingDisk disk;
    private FileStore store;
    private int number;

    /** What may be found of an item. */
    private static final class Known {
      Set<ItemState> states = EnumSet.noneOf(ItemState.class);
      boolean isAcknowledged;
      boolean mayBeForgotten;
    }

    Run(Fault fault, int step) {
      this.fault = fault;
      this.step = step;
      this.random = CrashingDisk.random(step * 31L + fault.name().length());
      this.disk = CrashingDisk.empty(step);
      this.store = start();
    }

    private FileStore start() {
      int life = lives.incrementAndGet();
      int[] files = new int[1];
      FileOptions options =
          new FileOptions(
              new SyncRule(SyncRule.Mode.BOUNDARY, Duration.ofMillis(200)),
              1 << 20,
              1 << 24,
              16,
              null,
              false,
              life % 2 == 0 ? 0 : FileOptions.READ_WHOLE,
              false);
      JournalDirectory journal =
          new JournalDirectory(
              Path.of("/data/outbox").toAbsolutePath(),
              options,
              disk,
              new Writers(Runnable::run),
              (delay, task) -> {},
              () -> Instant.ofEpochSecond(life),
              () -> "%08x%08x".formatted(life, files[0]++));
      return new FileStore(
          journal,
          new Limits(100, 1 << 20, 4 << 10, 1_500, Duration.ofDays(1)),
          () -> Instant.ofEpochSecond(1_000_000 + 60L * life),
          () -> 0,
          Runnable::run,
          false);
    }

    boolean holds() {
      try {
        return run();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("%s at step %d: %s".formatted(fault, step, e.getMessage()), e);
      }
    }

    private boolean run() {
      work(10);
      disk.strike(fault, step);
      work(40);
      boolean struck = disk.struck();
      disk.heal();
      if (fault == Fault.KILL) {
        disk = disk.kill(step);
      } else if (fault == Fault.POWER_CUT || random.nextBoolean()) {
        disk = disk.crash(step);
      } else if (!disk.isDead()) {
        work(5); // the same process goes on: what failed is read again
        store.close();
        disk = disk.kill(step);
      }
      store = start();
      check();
      work(10);
      store.close();
      store = start();
      check();
      drain();
      return struck;
    }

    private void work(int operations) {
      for (int i = 0; i < operations; i++) {
        int which = random.nextInt(10);
        if (which < 4) {
          submit();
        } else if (which < 8) {
          takeAndPut();
        } else if (which < 9) {
          change(Change.CANCEL, ItemState.CANCELLED);
        } else {
          purge();
        }
      }
    }

    /** Whether it was acknowledged; nothing is left to wait for. */
    private static <T> Optional<T> heard(CompletableFuture<T> future) {
      assertThat(future).isDone();
      return future.handle((done, failure) -> Optional.ofNullable(done)).join();
    }

    private void submit() {
      String id = "i%04d".formatted(number++);
      Known mine = new Known();
      mine.states.add(ItemState.WAITING);
      known.put(id, mine);
      OutboxItem item =
          OutboxItem.builder(id, "mail", work(id), Instant.EPOCH)
              .key("key " + id)
              .priority(PRIORITIES.get(random.nextInt(PRIORITIES.size())))
              .build();
      mine.isAcknowledged = heard(store.submit(item)).isPresent();
    }

    private static String work(String id) {
      return "{\"work\":\"of " + id + "\",\"pad\":\"" + "x".repeat(id.hashCode() & 0xFF) + "\"}";
    }

    private void takeAndPut() {
      ItemState from = random.nextBoolean() ? ItemState.WAITING : ItemState.ANSWERED;
      Take what = new Take(from, Set.of("mail"), 2, Duration.ofMinutes(1), false);
      for (OutboxItem taken : heard(store.take(what)).orElse(List.of())) {
        assertThat(taken.work()).isEqualTo(work(taken.id()));
        ItemState to = from == ItemState.ANSWERED ? ItemState.DONE : oneOf();
        String answer = "{\"to\":\"" + taken.id() + "\"}";
        Known mine = known(taken.id());
        mine.states.add(to);
        OutboxItem.Builder after = taken.toBuilder().state(to);
        if (to == ItemState.ANSWERED) {
          after.answer(answer);
        } else if (from == ItemState.ANSWERED) {
          assertThat(taken.answer()).contains(answer);
        }
        if (heard(store.put(after.build(), false)).orElse(false)) {
          mine.states = EnumSet.of(to);
        }
      }
    }

    private ItemState oneOf() {
      return switch (random.nextInt(3)) {
        case 0 -> ItemState.DEAD;
        case 1 -> ItemState.WAITING;
        default -> ItemState.ANSWERED;
      };
    }

    private Known known(String id) {
      return Objects.requireNonNull(known.get(id), id);
    }

    private @Nullable String any() {
      List<String> ids = List.copyOf(known.keySet());
      return ids.isEmpty() ? null : ids.get(random.nextInt(ids.size()));
    }

    private void change(Change how, ItemState to) {
      String id = any();
      if (id == null) {
        return;
      }
      Known mine = known(id);
      Optional<Integer> changed = heard(store.change(Query.one(id), how));
      if (changed.isEmpty()) {
        mine.states.add(to);
      } else if (changed.get() == 1) {
        mine.states = EnumSet.of(to);
      }
    }

    private void purge() {
      String id = any();
      if (id == null) {
        return;
      }
      Optional<Integer> changed = heard(store.change(Query.one(id), Change.PURGE));
      if (changed.isEmpty()) {
        known(id).mayBeForgotten = true;
      } else if (changed.get() == 1) {
        known.remove(id);
        assertThat(heard(store.find(id)).orElse(Optional.empty())).isEmpty();
      }
    }

    private void check() {
      for (OutboxItem found : store.list(Query.all()).join().items()) {
        assertThat(known).as("never submitted, or purged").containsKey(found.id());
      }
      known
          .entrySet()
          .removeIf(
              entry -> {
                Known mine = entry.getValue();
                Optional<OutboxItem> found = store.find(entry.getKey()).join();
                if (found.isEmpty()) {
                  assertThat(mine.isAcknowledged && !mine.mayBeForgotten)
                      .as("%s is lost", entry.getKey())
                      .isFalse();
                  return true;
                }
                check(found.get(), mine);
                mine.isAcknowledged = true;
                mine.mayBeForgotten = false;
                mine.states = EnumSet.of(found.get().state());
                return false;
              });
    }

    private static void check(OutboxItem found, Known mine) {
      assertThat(found.state()).as(found.id()).isIn(mine.states);
      if (found.state() != ItemState.DONE) {
        assertThat(found.work()).isEqualTo(work(found.id()));
      }
      assertThat(found.key()).contains("key " + found.id());
      if (found.state() == ItemState.ANSWERED) {
        assertThat(found.answer()).contains("{\"to\":\"" + found.id() + "\"}");
      }
    }

    /** What is left can be taken and done. */
    private void drain() {
      for (ItemState state : List.of(ItemState.WAITING, ItemState.ANSWERED)) {
        Take all = new Take(state, Set.of("mail"), 100, Duration.ofMinutes(1), false);
        for (OutboxItem taken : store.take(all).join()) {
          OutboxItem done = taken.toBuilder().state(ItemState.DONE).build();
          assertThat(store.put(done, false).join()).isTrue();
        }
      }
      assertThat(store.counts().join().of(ItemState.WAITING)).isZero();
      assertThat(store.counts().join().of(ItemState.ANSWERED)).isZero();
      store.close();
      assertThat(disk.openFiles()).isZero();
    }
  }
}
