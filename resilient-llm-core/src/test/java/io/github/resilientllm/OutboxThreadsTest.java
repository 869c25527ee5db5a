package io.github.resilientllm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.policy.Draining;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An outbox on few threads, on slow stores, and while it is closed. */
@Timeout(60)
class OutboxThreadsTest {
  private final VirtualTime time = new VirtualTime();
  private final OutboxWorld world = new OutboxWorld(time);

  private ScriptedProvider vendor(Duration answersAfter) {
    return ScriptedProvider.of("v", time, Script.answerAfter(answersAfter, "hello"));
  }

  private static Work work(String key) {
    return Work.of("question " + key).handler("mail").key(key);
  }

  /** Runs tasks one after another on one thread. */
  private Executor oneThread() {
    Deque<Runnable> tasks = new ArrayDeque<>();
    boolean[] isBusy = new boolean[1];
    Runnable thread =
        () -> {
          while (true) {
            Runnable next;
            synchronized (tasks) {
              next = tasks.poll();
              isBusy[0] = next != null;
            }
            if (next == null) {
              return;
            }
            next.run();
          }
        };
    return task -> {
      boolean begins;
      synchronized (tasks) {
        tasks.add(task);
        begins = !isBusy[0];
        isBusy[0] = true;
      }
      if (begins) {
        time.execute(thread);
      }
    };
  }

  /** A store whose notes of items take two seconds. */
  private OutboxStore slow(OutboxStore store) {
    return (OutboxStore)
        Proxy.newProxyInstance(
            OutboxStore.class.getClassLoader(),
            new Class<?>[] {OutboxStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("put")) {
                time.pass(Duration.ofSeconds(2));
              }
              return method.invoke(store, arguments);
            });
  }

  private ItemState stateAfterClosing(Duration after) throws Exception {
    ResilientLlm llm = VirtualClient.with(time, vendor(Duration.ofSeconds(1))).build();
    Outbox outbox = world.with(llm, slow(world.store())).build();
    ItemState[] state = new ItemState[1];
    time.run(
        () -> {
          outbox.submit(work("a"));
          outbox.start();
          time.pass(after);
          outbox.close();
          state[0] = outbox.find("a").orElseThrow().item().state();
        });
    return state[0];
  }

  @Test
  void itIsClosedWhenWhatWasHandledIsNoted() throws Exception {
    assertThat(stateAfterClosing(Duration.ofSeconds(4))).isEqualTo(ItemState.DONE);
  }

  @Test
  void itIsClosedWhenWhatWasAnsweredIsNoted() throws Exception {
    assertThat(stateAfterClosing(Duration.ofSeconds(2))).isEqualTo(ItemState.ANSWERED);
  }

  @Test
  void anExecutorOfOneThreadIsEnough() throws Exception {
    ResilientLlm llm = VirtualClient.with(time, vendor(Duration.ofSeconds(1))).build();
    Outbox outbox = world.with(llm).executor(oneThread()).build();
    time.run(
        () -> {
          for (int i = 0; i < 3; i++) {
            outbox.submit(work("k" + i));
          }
          outbox.start();
          time.pass(Duration.ofSeconds(30));
          outbox.close();
        });
    assertThat(world.handled).containsExactly("k0", "k1", "k2");
  }

  @Test
  void whatHadNoThreadYetWhenItIsClosedIsNotAsked() throws Exception {
    ScriptedProvider vendor = vendor(Duration.ofSeconds(5));
    ResilientLlm llm = VirtualClient.with(time, vendor).build();
    Outbox outbox = world.with(llm).executor(oneThread()).build();
    int[] asked = new int[1];
    time.run(
        () -> {
          for (int i = 0; i < 10; i++) {
            outbox.submit(work("k" + i));
          }
          outbox.start();
          time.pass(Duration.ofSeconds(14)); // in the middle of the third, with others behind it
          asked[0] = vendor.attempts();
          outbox.close();
          assertThat(outbox.list(OutboxStore.Query.all().in(ItemState.WAITING)).entries())
              .isNotEmpty()
              .allMatch(entry -> entry.item().lease() == 0);
          time.pass(Duration.ofMinutes(5));
        });
    assertThat(vendor.attempts()).isEqualTo(asked[0]);
  }

  @Test
  void aHandlerThatReturnsTooLateIsNotInterruptedInWhatItsThreadDoesNext() throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of(
            "v",
            time,
            Script.answerAfter(Duration.ofSeconds(1), "first"),
            Script.answerAfter(Duration.ofSeconds(1), "second"),
            Script.answerAfter(Duration.ofSeconds(10), "third"));
    Outbox outbox =
        world
            .with(VirtualClient.with(time, vendor).build(), slow(world.store()))
            .draining(Draining.standard().withHandlerTimeout(Duration.ofMinutes(1)))
            .executor(oneThread())
            .handler("late", done -> waitOnce(done, Duration.ofMillis(61_500)))
            .build();
    time.run(
        () -> {
          outbox.submit(work("first")); // after which more than one may be under way
          outbox.start();
          time.pass(Duration.ofSeconds(10));
          outbox.submit(Work.of("x").handler("late").key("late"));
          outbox.submit(work("third"));
          time.pass(Duration.ofMinutes(5));
          outbox.close();
        });
    assertThat(world.handled).contains("first", "third");
    assertThat(vendor.attempts()).isEqualTo(3);
  }

  @Test
  void anExecutorThatRunsItemsInItsCallerKeepsNothingBack() throws Exception {
    List<String> handlings = new ArrayList<>();
    List<Long> others = new ArrayList<>();
    Outbox outbox =
        world
            .with(VirtualClient.with(time, vendor(Duration.ofSeconds(1))).build(), world.store())
            .draining(Draining.standard().withHandlerTimeout(Duration.ofMinutes(30)))
            .executor(Runnable::run)
            .handler(
                "long",
                done -> {
                  handlings.add(done.key());
                  time.pass(Duration.ofMinutes(10));
                })
            .handler("short", done -> others.add(time.nanos()))
            .build();
    time.run(
        () -> {
          outbox.submit(Work.of("x").handler("long").key("long"));
          outbox.start();
          time.pass(Duration.ofSeconds(10));
          outbox.submit(Work.of("y").handler("short").key("short"));
          time.pass(Duration.ofMinutes(40));
          outbox.close();
        });
    assertThat(handlings).as("held while it is handled").containsExactly("long");
    assertThat(others).hasSize(1);
    assertThat(others.get(0)).isLessThan(Duration.ofMinutes(1).toNanos());
  }

  /** Takes no notice of interrupts. */
  private void waitOnce(Delivery delivery, Duration howLong) {
    if (world.handled.contains(delivery.key())) {
      return;
    }
    world.handled.add(delivery.key());
    long end = time.nanos() + howLong.toNanos();
    while (time.nanos() < end) {
      time.park(end);
      boolean unused = Thread.interrupted();
    }
  }

  @Test
  void whoIsToldOfASubmissionMaySubmitMore(@TempDir Path directory) {
    ResilientLlm llm = VirtualClient.with(time, vendor(Duration.ofSeconds(1))).build();
    FileOutbox store = FileOutbox.at(directory);
    Outbox outbox = Outbox.with(llm).store(store).handler("mail", done -> {}).build();
    OutboxItem first = outbox.submit(work("first"));
    CompletableFuture<OutboxItem> third =
        outbox.submitAsync(work("second")).thenApply(second -> outbox.submit(work("third")));
    assertThat(third).succeedsWithin(Duration.ofSeconds(30)).isNotEqualTo(first);
    store.close(); // would wait for ever for a thread of its own that waits for it
  }
}
