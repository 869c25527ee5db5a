package io.github.resilientllm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.LimitingVendor.Counting;
import io.github.resilientllm.LimitingVendor.Gate;
import io.github.resilientllm.LimitingVendor.Says;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxStore.Query;
import io.github.resilientllm.outbox.Priority;
import io.github.resilientllm.provider.Pacing;
import io.github.resilientllm.provider.ProviderException;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Outages of seconds and of days, and how the vendor is treated that comes back. */
class OutboxOutageTest {
  private static final long SECOND = 1_000_000_000L;

  private final VirtualTime time = new VirtualTime();
  private final OutboxWorld world = new OutboxWorld(time);

  /** Down until an instant, in one way or another, and behind another gate from then on. */
  private record Down(long until, ErrorKind how, Gate then) implements Gate {
    @Override
    public Optional<ProviderException> refusal(long now) {
      return now < until
          ? Optional.of(ProviderException.builder(how, "scripted").answered(500, "req").build())
          : then.refusal(now);
    }

    @Override
    public @Nullable Pacing pacing(long now) {
      return now < until ? null : then.pacing(now);
    }
  }

  private static final Gate OPEN = now -> Optional.empty();

  private ResilientLlm client(LimitingVendor vendor) {
    Random jitter = new Random(5);
    return ResilientLlm.with(vendor)
        .time(time)
        .executor(time)
        .random(jitter::nextDouble)
        .deadline(Duration.ofSeconds(30))
        .build();
  }

  private static Work work(String key, Priority priority) {
    return Work.of("question " + key).handler("mail").key(key).priority(priority);
  }

  @ParameterizedTest
  @CsvSource({
    "PT20S, SERVER_ERROR",
    "PT20S, NETWORK",
    "PT1H, OVERLOADED",
    "PT1H, UNAUTHORIZED",
    "PT1H, NOT_FOR_THIS_TARGET",
    "PT1H, RATE_LIMITED",
    "PT72H, SERVER_ERROR"
  })
  void anOutageCostsNoItemItsLife(Duration outage, ErrorKind how) throws Exception {
    LimitingVendor vendor =
        new LimitingVendor(time, Duration.ofMillis(300), new Down(outage.toNanos(), how, OPEN));
    Outbox outbox = world.with(client(vendor)).build();
    int items = 200;
    int[] requests = new int[1];
    long[] drained = new long[1];
    time.run(
        () -> {
          outbox.start();
          for (int i = 0; i < items; i++) {
            outbox.submit(work("n" + i, Priority.NORMAL));
            time.pass(Duration.ofMillis(20));
          }
          for (int i = 0; i < 20; i++) {
            outbox.submit(work("c" + i, Priority.CRITICAL));
          }
          time.pass(outage.minusNanos(time.nanos()));
          requests[0] = vendor.requests();
          while (world.handled.size() < items + 20
              && time.nanos() < outage.toNanos() + 3600 * SECOND) {
            time.pass(Duration.ofSeconds(1));
          }
          drained[0] = (time.nanos() - outage.toNanos()) / SECOND;
          outbox.close(Duration.ofMinutes(3));
        });
    int lastCritical = 0;
    for (int i = 0; i < world.handled.size(); i++) {
      lastCritical = world.handled.get(i).startsWith("c") ? i : lastCritical;
    }
    System.out.printf(
        "%s of %s: %d requests in it, drained %d s after, last critical at %d of %d%n",
        outage, how, requests[0], drained[0], lastCritical, world.handled.size());
    assertThat(world.handled).hasSize(items + 20).doesNotHaveDuplicates();
    assertThat(outbox.counts().items()).containsOnlyKeys(ItemState.DONE);
    // A minute is the longest that nobody tries.
    assertThat(requests[0]).isLessThan(60 + 4 * (int) outage.toMinutes());
    assertThat(drained[0]).isLessThan(60 + 120 + 120);
    if (outage.toMinutes() > 1) {
      assertThat(lastCritical).as("of those that came first").isLessThan(60);
    }
  }

  /** Behind a limit of a tenth, of which nothing is told or all; the backlog is never empty. */
  @ParameterizedTest
  @EnumSource(
      value = Says.class,
      mode = Mode.INCLUDE,
      names = {"NOTHING", "RETRY_AFTER"})
  void aVendorThatIsBackAtATenthIsUsedAndNotPushedOver(Says says) throws Exception {
    long outage = 600 * SECOND;
    int perMinute = 60;
    Gate tenth = LimitingVendor.limit(Counting.BUCKET, 5, Duration.ofSeconds(5), says);
    LimitingVendor vendor =
        new LimitingVendor(
            time, Duration.ofMillis(300), new Down(outage, ErrorKind.SERVER_ERROR, tenth));
    Outbox outbox = world.with(client(vendor)).build();
    int items = 1400;
    int[] count = new int[4];
    time.run(
        () -> {
          for (int i = 0; i < items; i++) {
            outbox.submit(work("n" + i, i % 10 == 0 ? Priority.CRITICAL : Priority.LOW));
          }
          outbox.start();
          time.pass(Duration.ofNanos(outage + 120 * SECOND));
          count[0] = vendor.requests();
          count[1] = vendor.refused();
          count[2] = world.handled.size();
          time.pass(Duration.ofMinutes(20));
          count[0] = vendor.requests() - count[0];
          count[1] = vendor.refused() - count[1];
          count[2] = world.handled.size() - count[2];
          outbox.close(Duration.ofMinutes(3));
        });
    double goodput = count[2] / (20.0 * perMinute);
    double refused = (double) count[1] / count[0];
    int criticals = items / 10;
    int place = 0;
    int seen = 0;
    while (seen < criticals) {
      seen += Integer.parseInt(world.handled.get(place++).substring(1)) % 10 == 0 ? 1 : 0;
    }
    System.out.printf(
        "back at a tenth, says %s: goodput %.3f, 429s %.2f%% of %d, the %d critical ones in the"
            + " first %d%n",
        says, goodput, 100 * refused, count[0], criticals, place);
    assertThat(goodput).isGreaterThan(0.9);
    assertThat(refused).isLessThanOrEqualTo(0.01);
    assertThat(place).isLessThanOrEqualTo((int) (criticals * 1.06) + 3);
    assertThat(vendor.tooEarly()).isZero();
  }

  /** Live calls take half of what there is; the drain may have the rest. */
  @Test
  void liveCallsGoFirst() throws Exception {
    double[] alone = live(0);
    double[] beside = live(3000);
    System.out.printf(
        "live calls alone: p99 %.2f s, %.2f%% answered; beside the drain: p99 %.2f s, %.2f%%;"
            + " drained %.0f%n",
        alone[0], 100 * alone[1], beside[0], 100 * beside[1], beside[2]);
    assertThat(beside[1]).isGreaterThanOrEqualTo(0.999);
    assertThat(beside[0]).isLessThanOrEqualTo(1.2 * alone[0]);
    assertThat(beside[2]).as("drained").isGreaterThan(1000);
  }

  /** The p99 in seconds, the share of live calls that were answered, and what was drained. */
  private double[] live(int backlog) throws Exception {
    VirtualTime its = new VirtualTime();
    OutboxWorld itsWorld = new OutboxWorld(its);
    LimitingVendor vendor =
        new LimitingVendor(
            its,
            Duration.ofMillis(400),
            LimitingVendor.limit(Counting.BUCKET, 600, Duration.ofMinutes(1), Says.EVERYTHING));
    Random jitter = new Random(5);
    ResilientLlm llm =
        ResilientLlm.with(vendor).time(its).executor(its).random(jitter::nextDouble).build();
    Outbox outbox = itsWorld.with(llm).build();
    Random arrivals = new Random(3);
    List<Long> took = new ArrayList<>();
    int[] answered = new int[1];
    its.run(
        () -> {
          for (int i = 0; i < backlog; i++) {
            outbox.submit(work("n" + i, Priority.NORMAL));
          }
          outbox.start();
          its.pass(Duration.ofMinutes(2));
          while (its.nanos() < 600 * SECOND) {
            its.pass(Duration.ofNanos((long) (-Math.log(1 - arrivals.nextDouble()) / 5 * SECOND)));
            its.execute(
                () -> {
                  long start = its.nanos();
                  try {
                    boolean isAnswered = llm.chat(ChatRequest.of("live")).text().equals("hello");
                    answered[0] += isAnswered ? 1 : 0;
                  } catch (LlmException e) {
                    // it counts as not answered
                  }
                  took.add(its.nanos() - start);
                });
          }
          its.pass(Duration.ofMinutes(2));
          outbox.close(Duration.ofMinutes(3));
        });
    long[] sorted = took.stream().mapToLong(n -> n).sorted().toArray();
    double p99 = (double) sorted[(int) (sorted.length * 0.99)] / SECOND;
    return new double[] {p99, (double) answered[0] / sorted.length, itsWorld.handled.size()};
  }

  /** It never answers, while the others are answered: no outage, and not for ever. */
  @Test
  void anItemThatHangsEachTimeIsGivenUpAndSlowsNobody() throws Exception {
    LimitingVendor others = new LimitingVendor(time, Duration.ofMillis(200), OPEN);
    ScriptedProvider hanging = ScriptedProvider.of("v", time, Script.hang());
    ResilientLlm llm =
        ResilientLlm.with(new Poisoned(others, hanging))
            .time(time)
            .executor(time)
            .random(() -> 0.5)
            .deadline(Duration.ofSeconds(30))
            .build();
    Outbox outbox = world.with(llm).build();
    time.run(
        () -> {
          outbox.submit(work("poison", Priority.CRITICAL));
          outbox.start();
          for (int i = 0; i < 1000; i++) {
            outbox.submit(work("n" + i, Priority.NORMAL));
            time.pass(Duration.ofSeconds(6));
          }
          time.pass(Duration.ofMinutes(5));
          outbox.close(Duration.ofMinutes(3));
        });
    Outbox.Entry poison = outbox.find("poison").orElseThrow();
    assertThat(world.handled).hasSize(1000);
    assertThat(poison.item().state()).isEqualTo(ItemState.DEAD);
    assertThat(poison.why()).contains("while others were answered");
  }

  /** A vendor that hangs at one question. */
  private record Poisoned(LimitingVendor others, ScriptedProvider hanging)
      implements io.github.resilientllm.provider.LlmProvider {
    @Override
    public String vendor() {
      return "v";
    }

    @Override
    public String model() {
      return "m";
    }

    @Override
    public io.github.resilientllm.provider.ProviderCall newCall(
        ChatRequest request, io.github.resilientllm.provider.CallOptions options)
        throws ProviderException {
      return request.messages().get(0).text().endsWith("poison")
          ? hanging.newCall(request, options)
          : others.newCall(request, options);
    }
  }

  @Test
  void tenantsShareWhatThereIs() throws Exception {
    LimitingVendor vendor = new LimitingVendor(time, Duration.ofMillis(200), OPEN);
    Outbox outbox = world.with(client(vendor)).build();
    time.run(
        () -> {
          for (int i = 0; i < 600; i++) {
            outbox.submit(work("big-" + i, Priority.NORMAL).tenant("big"));
          }
          for (int i = 0; i < 20; i++) {
            outbox.submit(work("small-" + i, Priority.NORMAL).tenant("small"));
          }
          outbox.start();
          while (world.handled.size() < 620) {
            time.pass(Duration.ofSeconds(1));
          }
          outbox.close(Duration.ofMinutes(3));
        });
    int last = world.handled.indexOf("small-19");
    assertThat(last).isLessThan(50);
    assertThat(outbox.list(Query.all().in(ItemState.WAITING)).entries()).isEmpty();
  }
}
