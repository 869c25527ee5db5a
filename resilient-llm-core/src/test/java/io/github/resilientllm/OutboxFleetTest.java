package io.github.resilientllm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.LimitingVendor.Counting;
import io.github.resilientllm.LimitingVendor.Gate;
import io.github.resilientllm.LimitingVendor.Says;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.provider.ProviderException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several machines, each with a client and breakers of its own, drain one store as one would. */
class OutboxFleetTest {
  private static final long SECOND = 1_000_000_000L;

  private final VirtualTime time = new VirtualTime();
  private final OutboxWorld world = new OutboxWorld(time);

  private static Gate down(Duration until, Gate then) {
    return now ->
        now < until.toNanos()
            ? Optional.of(
                ProviderException.builder(ErrorKind.SERVER_ERROR, "scripted")
                    .answered(500, "req")
                    .build())
            : then.refusal(now);
  }

  private List<Outbox> fleet(int machines, LimitingVendor vendor, OutboxStore store) {
    List<Outbox> fleet = new ArrayList<>();
    for (int i = 0; i < machines; i++) {
      Random jitter = new Random(i);
      ResilientLlm llm =
          ResilientLlm.with(vendor)
              .time(time)
              .executor(time)
              .random(jitter::nextDouble)
              .deadline(Duration.ofSeconds(30))
              .build();
      fleet.add(world.with(llm, store).build());
    }
    return fleet;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8})
  void anOutageIsTriedByOneAtATime(int machines) throws Exception {
    Duration outage = Duration.ofHours(1);
    LimitingVendor vendor =
        new LimitingVendor(time, Duration.ofMillis(300), down(outage, now -> Optional.empty()));
    OutboxStore store = world.store();
    List<Outbox> fleet = fleet(machines, vendor, store);
    int items = 200;
    int[] requests = new int[1];
    long[] drained = new long[1];
    time.run(
        () -> {
          fleet.forEach(Outbox::start);
          for (int i = 0; i < items; i++) {
            fleet.get(i % machines).submit(Work.of("question").handler("mail").key("n" + i));
          }
          time.pass(outage);
          requests[0] = vendor.requests();
          while (world.handled.size() < items && time.nanos() < 2 * outage.toNanos()) {
            time.pass(Duration.ofSeconds(1));
          }
          drained[0] = (time.nanos() - outage.toNanos()) / SECOND;
          fleet.forEach(outbox -> outbox.close(Duration.ofMinutes(1)));
        });
    System.out.printf(
        "%d machines: %d requests in an hour's outage, drained %d s after%n",
        machines, requests[0], drained[0]);
    assertThat(world.handled).hasSize(items).doesNotHaveDuplicates();
    assertThat(store.counts().join().items()).containsOnlyKeys(ItemState.DONE);
    // What one machine is allowed, and what each finds out before it knows.
    assertThat(requests[0]).isLessThan(60 + 4 * 60 + 5 * machines);
    assertThat(drained[0]).isLessThan(300);
  }

  private static OutboxStore counted(OutboxStore store, int[] looks) {
    return (OutboxStore)
        Proxy.newProxyInstance(
            OutboxFleetTest.class.getClassLoader(),
            new Class<?>[] {OutboxStore.class},
            (proxy, method, arguments) -> {
              looks[0] += method.getName().equals("shared") ? 1 : 0;
              return method.invoke(store, arguments);
            });
  }

  /** One of two cannot reach the vendor: it asks nothing, stops nobody, and does not spin. */
  @Test
  void whoAloneCannotReachTheVendorWaitsAndHoldsUpNobody() throws Exception {
    LimitingVendor well = new LimitingVendor(time, Duration.ofMillis(300), now -> Optional.empty());
    LimitingVendor unreached =
        new LimitingVendor(
            time, Duration.ofMillis(300), down(Duration.ofHours(10), now -> Optional.empty()));
    int[] looks = new int[1];
    OutboxStore store = counted(world.store(), looks);
    Outbox one = fleet(1, well, store).get(0);
    Outbox other = fleet(1, unreached, store).get(0);
    time.run(
        () -> {
          one.start();
          for (int i = 0; i < 600; i++) {
            one.submit(Work.of("question").handler("mail").key("n" + i));
            if (i == 100) {
              other.start();
            }
            time.pass(Duration.ofSeconds(1));
          }
          time.pass(Duration.ofMinutes(5));
          other.close();
          one.close();
        });
    assertThat(world.handled).hasSize(600).doesNotHaveDuplicates();
    assertThat(unreached.requests()).isLessThan(120);
    assertThat(looks[0]).as("of both, in a quarter of an hour").isLessThan(20_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8})
  void aVendorThatIsBackAtATenthIsUsedAndNotPushedOver(int machines) throws Exception {
    Duration outage = Duration.ofMinutes(10);
    Gate tenth = LimitingVendor.limit(Counting.BUCKET, 5, Duration.ofSeconds(5), Says.NOTHING);
    LimitingVendor vendor = new LimitingVendor(time, Duration.ofMillis(300), down(outage, tenth));
    OutboxStore store = world.store();
    List<Outbox> fleet = fleet(machines, vendor, store);
    int[] count = new int[3];
    time.run(
        () -> {
          for (int i = 0; i < 1600; i++) {
            fleet.get(i % machines).submit(Work.of("question " + i).handler("mail").key("n" + i));
          }
          fleet.forEach(Outbox::start);
          time.pass(outage.plusMinutes(2));
          count[0] = vendor.requests();
          count[1] = vendor.refused();
          count[2] = world.handled.size();
          time.pass(Duration.ofMinutes(20));
          count[0] = vendor.requests() - count[0];
          count[1] = vendor.refused() - count[1];
          count[2] = world.handled.size() - count[2];
          fleet.forEach(outbox -> outbox.close(Duration.ofMinutes(1)));
        });
    double goodput = count[2] / (20.0 * 60);
    double refused = (double) count[1] / count[0];
    System.out.printf(
        "%d machines, back at a tenth: goodput %.3f, 429s %.2f%% of %d%n",
        machines, goodput, 100 * refused, count[0]);
    assertThat(goodput).isGreaterThan(0.9);
    assertThat(refused).isLessThanOrEqualTo(0.01);
    assertThat(world.handled).doesNotHaveDuplicates();
  }
}
