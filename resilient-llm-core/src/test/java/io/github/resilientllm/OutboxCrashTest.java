package io.github.resilientllm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.internal.journal.CrashingDisk;
import io.github.resilientllm.internal.journal.Fault;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * The process ends at each step of its disk in turn, while work is submitted, taken, asked and
 * delivered; the next one finds all that was acknowledged, and delivers it. A key is delivered
 * twice only where the end lay between a delivery and its note.
 */
class OutboxCrashTest {
  private static final int ITEMS = 12;
  private static final int STRIDE = Integer.getInteger("outbox.crash.stride", 11);

  @ParameterizedTest
  @EnumSource(
      mode = Mode.INCLUDE,
      names = {"KILL", "POWER_CUT", "ERROR", "FULL_AT_FORCE"})
  void noItemIsLostAndAllAreDelivered(Fault fault) throws Exception {
    int runs = 0;
    int twice = 0;
    for (int step = 1; ; step += STRIDE) {
      Run run = new Run(fault, step);
      run.go();
      twice += run.twice();
      if (!run.struck) {
        break;
      }
      runs++;
    }
    System.out.printf("%s: %d runs, %d keys delivered twice%n", fault, runs, twice);
    assertThat(runs).isGreaterThan(2);
  }

  private static final class Run {
    private final Fault fault;
    private final int step;
    private final VirtualTime time = new VirtualTime();
    private final OutboxWorld world = new OutboxWorld(time);
    private final Set<String> acknowledged = new HashSet<>();
    private final Map<String, Integer> delivered = new HashMap<>();
    private boolean struck;

    Run(Fault fault, int step) {
      this.fault = fault;
      this.step = step;
    }

    int twice() {
      return (int) delivered.values().stream().filter(times -> times > 1).count();
    }

    void go() throws Exception {
      CrashingDisk first = world.disk();
      first.strike(fault, step);
      time.run(
          () -> {
            Outbox outbox = outbox(world.store());
            outbox.start();
            for (int i = 0; i < ITEMS; i++) {
              submit(outbox, i);
              time.pass(Duration.ofMillis(300));
            }
            time.pass(Duration.ofSeconds(3));
            outbox.close();
          });
      struck = first.struck();
      first.heal();
      world.use(fault == Fault.KILL ? first.kill(step) : first.crash(step));
      OutboxStore store = world.store();
      time.run(
          () -> {
            Outbox outbox = outbox(store);
            outbox.start();
            time.pass(Duration.ofMinutes(30));
            outbox.close();
          });
      check(store);
    }

    private Outbox outbox(OutboxStore store) {
      ScriptedProvider vendor =
          ScriptedProvider.of("v", time, Script.answerAfter(Duration.ofMillis(200), "hello"));
      return world
          .with(VirtualClient.with(time, vendor).build(), store)
          .handler("count", done -> delivered.merge(done.key(), 1, Integer::sum))
          .build();
    }

    private void submit(Outbox outbox, int i) {
      String key = "key-" + i;
      Work work = Work.of("question").handler("count").key(key);
      CompletableFuture<OutboxItem> kept = outbox.submitAsync(work);
      if (kept.handle((item, failure) -> failure == null).join()) {
        acknowledged.add(key);
      }
    }

    private void check(OutboxStore store) {
      String which = "%s at step %d".formatted(fault, step);
      for (String key : acknowledged) {
        assertThat(delivered).as(which).containsKey(key);
        assertThat(store.findByKey(key).join().orElseThrow().state())
            .as(which)
            .isEqualTo(ItemState.DONE);
      }
      // One process ended, so at most what it had in hand comes twice.
      assertThat(delivered.values()).as(which).allMatch(times -> times <= 2);
      assertThat(List.of(ItemState.WAITING, ItemState.ANSWERED, ItemState.DEAD))
          .as(which)
          .allMatch(state -> store.counts().join().of(state) == 0);
    }
  }
}
