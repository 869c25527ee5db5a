package io.github.resilientllm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.LimitingVendor.Counting;
import io.github.resilientllm.LimitingVendor.Says;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Traffic under rate limits, in two worlds that ask for the opposite: refusals by chance, which say
 * nothing about the next request, and a true limit, which has to be found and kept.
 */
class OutageTrafficTest {
  private static final long SECOND = 1_000_000_000L;

  private final VirtualTime time = new VirtualTime();

  /**
   * 4% of the requests are refused by chance with a delay of 1 s, 8% of the others fail with 500,
   * and 8% of what is left is reset. 32 callers, one call after the other; 20 ms a request.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void refusalsByChanceSlowNobodyButTheCallThatWasTold(long seed) throws Exception {
    int callers = 32;
    int calls = 400;
    LimitingVendor vendor =
        new LimitingVendor(
            time,
            Duration.ofMillis(20),
            LimitingVendor.byChance(new Random(seed), 0.04, Duration.ofSeconds(1), 0.08, 0.08));
    ResilientLlm llm = client(vendor, seed).build();
    long[] took = new long[callers * calls];
    int[] count = new int[2]; // calls, and those that answered
    time.run(
        () -> {
          for (int caller = 0; caller < callers; caller++) {
            time.execute(
                () -> {
                  for (int i = 0; i < calls; i++) {
                    long start = time.nanos();
                    int number = count[0]++;
                    boolean answers = answers(llm, number);
                    count[1] += answers ? 1 : 0;
                    took[number] = time.nanos() - start;
                  }
                });
          }
        });
    Arrays.sort(took);
    double success = (double) count[1] / count[0];
    double p95 = (double) took[(int) (took.length * 0.95)] / SECOND;
    System.out.printf(
        "429s by chance, seed %d: p50 %.2f s, p95 %.2f s, p99 %.2f s, success %.2f%%, %.2f"
            + " requests a call, %.0f calls a second%n",
        seed,
        (double) took[took.length / 2] / SECOND,
        p95,
        (double) took[(int) (took.length * 0.99)] / SECOND,
        100 * success,
        (double) vendor.requests() / count[0],
        count[0] / ((double) time.nanos() / SECOND));
    assertThat(vendor.tooEarly()).isZero();
    assertThat(success).isGreaterThanOrEqualTo(0.992);
    assertThat(p95).isLessThanOrEqualTo(1.1);
  }

  static List<Arguments> limits() {
    List<Arguments> limits = new ArrayList<>();
    for (Counting counting : Counting.values()) {
      for (Says says : Says.values()) {
        if (counting != Counting.SLIDING_WINDOW || says != Says.EVERYTHING) { // no vendor does
          limits.add(Arguments.of(20, Duration.ofSeconds(10), counting, says));
          limits.add(Arguments.of(60, Duration.ofMinutes(1), counting, says));
        }
      }
    }
    return limits;
  }

  /** Three times what the vendor lets in, by calls that come as they come. */
  @ParameterizedTest
  @MethodSource("limits")
  void aTrueLimitIsFoundAndKeptAndUsed(int limit, Duration period, Counting counting, Says says)
      throws Exception {
    Traffic traffic = new Traffic(limit, period, counting, says);
    long learnt = 100 * SECOND + 2 * period.toNanos();
    traffic.run(learnt, learnt + 120 * SECOND + 4 * period.toNanos());
    System.out.printf(
        "A limit of %d in %s, %s, says %s: 429s %.1f%% of %d requests, goodput %.1f%% of the"
            + " limit%n",
        limit,
        period,
        counting,
        says,
        100 * traffic.refusedShare(),
        traffic.requests,
        100 * traffic.goodput());
    assertThat(traffic.vendor.tooEarly()).isZero();
    assertThat(traffic.refusedShare()).isLessThanOrEqualTo(0.05);
    assertThat(traffic.goodput()).isGreaterThanOrEqualTo(0.95);
  }

  /** Calls in a world with a limit, counted between two instants. */
  private final class Traffic {
    private final int limit;
    private final Duration period;
    private final LimitingVendor vendor;
    private final ResilientLlm llm;
    private final Random arrivals = new Random(7);
    private long from;
    private long to;
    private int started;
    private int answered;
    private int requests;
    private int refused;

    Traffic(int limit, Duration period, Counting counting, Says says) {
      this.limit = limit;
      this.period = period;
      this.vendor =
          new LimitingVendor(
              time, Duration.ofMillis(500), LimitingVendor.limit(counting, limit, period, says));
      this.llm = client(vendor, 11).deadline(Duration.ofSeconds(30)).build();
    }

    void run(long measureFrom, long measureTo) throws Exception {
      from = measureFrom;
      to = measureTo;
      double perNano = 3.0 * limit / period.toNanos();
      time.run(
          () -> {
            time.execute(this::count);
            while (time.nanos() < to) {
              time.pass(Duration.ofNanos((long) (-Math.log(1 - arrivals.nextDouble()) / perNano)));
              int number = started++;
              time.execute(() -> call(number));
            }
          });
    }

    private void call(int number) {
      boolean answers = answers(llm, number);
      boolean measured = time.nanos() >= from && time.nanos() < to;
      answered += answers && measured ? 1 : 0;
    }

    private void count() {
      time.pass(Duration.ofNanos(from));
      int requestsBefore = vendor.requests();
      int refusedBefore = vendor.refused();
      time.pass(Duration.ofNanos(to - from));
      requests = vendor.requests() - requestsBefore;
      refused = vendor.refused() - refusedBefore;
    }

    double refusedShare() {
      return (double) refused / requests;
    }

    double goodput() {
      return (double) answered * period.toNanos() / ((double) (to - from) * limit);
    }
  }

  private ResilientLlm.Builder client(LimitingVendor vendor, long seed) {
    Random jitter = new Random(seed);
    return ResilientLlm.with(vendor).time(time).executor(time).random(jitter::nextDouble);
  }

  private static boolean answers(ResilientLlm llm, int number) {
    try {
      return llm.chat(ChatRequest.of("question " + number)).text().equals("hello");
    } catch (LlmException e) {
      return false;
    }
  }
}
