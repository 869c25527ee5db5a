package io.github.resilientllm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.LimitingVendor.Counting;
import io.github.resilientllm.LimitingVendor.Gate;
import io.github.resilientllm.LimitingVendor.Says;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.outbox.shelf.Limits;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.Priority;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.ProviderException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * An hour of outage in which 400 jobs pile up, beside live calls: loops that retry with a doubled
 * and jittered delay, as most jobs do, and an outbox. The vendor that comes back takes four
 * requests a second.
 */
class OutboxDrillTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long OUTAGE = 3600 * SECOND;
  private static final long END = OUTAGE + 3600 * SECOND;

  @Test
  void anOutboxHurtsTheVendorLessThanLoopsAndBringsTheCriticalOnesFirst() throws Exception {
    Report loops = new World(400, 4).loops();
    Report outbox = new World(400, 4).outbox();
    System.out.printf("retry loops: %s%noutbox:      %s%n", loops, outbox);
    assertThat(outbox.inOutage).isLessThan(loops.inOutage / 10);
    assertThat(outbox.refusedShare).isLessThanOrEqualTo(0.01);
    assertThat(outbox.lastCritical).isLessThanOrEqualTo(24).isLessThan(loops.lastCritical);
    assertThat(outbox.liveAnswered).isGreaterThanOrEqualTo(0.999);
    assertThat(outbox.done).isEqualTo(400);
  }

  /** At 60 requests a second, of which live calls want 15. */
  @Tag("soak")
  @Test
  void soItDoesWithAHundredThousandJobs() throws Exception {
    Report outbox = new World(100_000, 60).outbox();
    System.out.printf("a hundred thousand: %s%n", outbox);
    assertThat(outbox.inOutage).isLessThan(200);
    assertThat(outbox.refusedShare).isLessThanOrEqualTo(0.01);
    assertThat(outbox.liveAnswered).isGreaterThanOrEqualTo(0.999);
    assertThat(outbox.liveP99).as("0.4 s without").isLessThan(1.2 * 0.4);
    assertThat(outbox.done).isEqualTo(100_000);
    assertThat(outbox.drainedAfter).as("at 45 a second").isLessThan(100_000 / 45 * 5 / 4);
    assertThat(outbox.lastCritical).as("one place in twenty is the oldest's").isLessThan(5400);
  }

  /**
   * What came of it.
   *
   * @param inOutage requests of jobs and live calls while the vendor was down
   * @param refusedShare 429s among the requests afterwards
   * @param done jobs
   * @param drainedAfter seconds from the end of the outage to the last of them
   * @param lastCritical the place in which the last of the critical ones, one in 20, came through
   * @param liveAnswered the share of live calls after the outage
   * @param liveP99 of those, in seconds
   */
  private record Report(
      int inOutage,
      double refusedShare,
      int done,
      long drainedAfter,
      int lastCritical,
      double liveAnswered,
      double liveP99) {
    @Override
    public String toString() {
      return String.format(
          "%d requests in the outage, %.2f%% 429s after, %d jobs done by %d s after, last of the"
              + " critical ones in place %d, live calls %.2f%% answered, p99 %.2f s",
          inOutage,
          100 * refusedShare,
          done,
          drainedAfter,
          lastCritical,
          100 * liveAnswered,
          liveP99);
    }
  }

  private static final Limits LARGE =
      new Limits(200_000, 1 << 30, 64 << 10, 1 << 20, Duration.ofDays(1));

  private static final class World {
    private final VirtualTime time = new VirtualTime();
    private final OutboxWorld world = new OutboxWorld(time);
    private final int jobs;
    private final int perSecond;
    private final Gate limit;
    private final LimitingVendor vendor =
        new LimitingVendor(time, Duration.ofMillis(400), this::refusal);
    private final List<Long> live = new ArrayList<>();
    private int liveAnswered;
    private int inOutage;
    private int refusedBefore;
    private long last;

    /**
     * Nothing has happened yet.
     *
     * @param perSecond so many requests the vendor takes; live calls want a quarter of them
     */
    World(int jobs, int perSecond) {
      this.jobs = jobs;
      this.perSecond = perSecond;
      this.limit =
          LimitingVendor.limit(
              Counting.BUCKET, 15 * perSecond, Duration.ofSeconds(15), Says.RETRY_AFTER);
    }

    private Optional<ProviderException> refusal(long now) {
      return now < OUTAGE
          ? Optional.of(new ProviderException(ErrorKind.SERVER_ERROR, "scripted"))
          : limit.refusal(now);
    }

    private ResilientLlm.Builder client() {
      Random jitter = new Random(5);
      return ResilientLlm.with(vendor).time(time).executor(time).random(jitter::nextDouble);
    }

    private static boolean isCritical(int job) {
      return job % 20 == 19;
    }

    Report loops() throws Exception {
      ResilientLlm once = client().retry(Retry.upTo(1)).breaker(Breaker.none()).build();
      ResilientLlm liveClient = client().build();
      Random random = new Random(9);
      return run(
          liveClient,
          job ->
              time.execute(
                  () -> {
                    for (int tries = 0; time.nanos() < END; tries++) {
                      try {
                        String unused = once.chat(ChatRequest.of("job " + job)).text();
                        world.handled.add("" + job);
                        last = time.nanos();
                        return;
                      } catch (LlmException e) {
                        double most = Math.min(60, 1 << Math.min(tries, 6));
                        time.pass(
                            Duration.ofNanos(
                                (long) ((0.5 + random.nextDouble() / 2) * most * SECOND)));
                      }
                    }
                  }),
          () -> {});
    }

    Report outbox() throws Exception {
      ResilientLlm llm = client().build();
      Outbox outbox =
          world
              .with(llm, world.store(LARGE))
              .handler(
                  "job",
                  done -> {
                    world.handled.add(done.key());
                    last = time.nanos();
                  })
              .build();
      return run(
          llm,
          job -> {
            outbox.start(); // which does nothing but the first time, on a thread of this time
            OutboxItem unused =
                outbox.submit(
                    Work.of("job " + job)
                        .handler("job")
                        .key("" + job)
                        .priority(isCritical(job) ? Priority.CRITICAL : Priority.NORMAL));
          },
          () -> outbox.close(Duration.ofMinutes(3)));
    }

    private interface Submission {
      void of(int job);
    }

    private Report run(ResilientLlm liveClient, Submission submission, Runnable close)
        throws Exception {
      Random arrivals = new Random(3);
      time.run(
          () -> {
            for (int job = 0; job < jobs; job++) {
              submission.of(job);
              time.pass(Duration.ofNanos(Math.min(6 * SECOND, OUTAGE / jobs)));
            }
            time.pass(Duration.ofNanos(OUTAGE - time.nanos()));
            inOutage = vendor.requests();
            refusedBefore = vendor.refused();
            while (time.nanos() < OUTAGE + 1800 * SECOND
                || (world.handled.size() < jobs && time.nanos() < END)) {
              double gap = -Math.log(1 - arrivals.nextDouble()) * 4 / perSecond;
              time.pass(Duration.ofNanos((long) (gap * SECOND)));
              time.execute(() -> live(liveClient));
            }
            time.pass(Duration.ofMinutes(5));
            close.run();
          });
      int lastCritical = 0;
      for (int i = 0; i < world.handled.size(); i++) {
        boolean isOne = isCritical(Integer.parseInt(world.handled.get(i)));
        lastCritical = isOne ? i + 1 : lastCritical;
      }
      long[] took = live.stream().mapToLong(n -> n).sorted().toArray();
      return new Report(
          inOutage,
          (double) (vendor.refused() - refusedBefore) / (vendor.requests() - inOutage),
          world.handled.size(),
          (last - OUTAGE) / SECOND,
          lastCritical,
          (double) liveAnswered / took.length,
          (double) took[(int) (took.length * 0.99)] / SECOND);
    }

    private void live(ResilientLlm client) {
      long start = time.nanos();
      try {
        boolean isAnswered = client.chat(ChatRequest.of("live " + start)).text().equals("hello");
        liveAnswered += isAnswered ? 1 : 0;
      } catch (LlmException e) {
        // it counts as not answered
      }
      live.add(time.nanos() - start);
    }
  }
}
