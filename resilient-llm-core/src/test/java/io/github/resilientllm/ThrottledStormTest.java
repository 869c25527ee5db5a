package io.github.resilientllm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.LimitingVendor.Counting;
import io.github.resilientllm.LimitingVendor.Gate;
import io.github.resilientllm.LimitingVendor.Says;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.provider.ProviderException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An outage of 20 s at 80% of a vendor's limit, as in {@link StormTest}, of a vendor that then
 * answers what is too much with 429: the storm after the outage is one of refusals.
 */
class ThrottledStormTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long OUTAGE_FROM = 60 * SECOND;
  private static final long OUTAGE_TO = 80 * SECOND;
  private static final long END = OUTAGE_TO + 130 * SECOND;

  /** Calls in a second; the vendor lets in ten. */
  private static final int LOAD = 8;

  private final int[] started = new int[(int) (END / SECOND) + 1];
  private final int[] answered = new int[started.length];

  /** How the vendor is away. */
  private enum Outage {
    REFUSES_ALL,
    HAS_NO_CAPACITY,
    RESETS
  }

  @ParameterizedTest
  @EnumSource
  void theServiceIsBackAtOnceAndNotUnderAStormOfRefusals(Outage outage) throws Exception {
    for (Says says : new Says[] {Says.NOTHING, Says.RETRY_AFTER}) {
      storm(outage, says);
    }
  }

  private void storm(Outage outage, Says says) throws Exception {
    VirtualTime storm = new VirtualTime();
    Arrays.fill(started, 0);
    Arrays.fill(answered, 0);
    Gate limit = LimitingVendor.limit(Counting.BUCKET, 10, Duration.ofSeconds(1), says);
    LimitingVendor vendor =
        new LimitingVendor(
            storm,
            Duration.ofMillis(500),
            now -> now >= OUTAGE_FROM && now < OUTAGE_TO ? away(outage) : limit.refusal(now));
    Random jitter = new Random(11);
    Random arrivals = new Random(7);
    ResilientLlm llm =
        ResilientLlm.with(vendor)
            .time(storm)
            .executor(storm)
            .random(jitter::nextDouble)
            .deadline(Duration.ofSeconds(10))
            .build();
    int[] requests = new int[2];
    storm.run(
        () -> {
          storm.execute(
              () -> {
                storm.pass(Duration.ofNanos(OUTAGE_TO));
                requests[0] = vendor.requests();
                requests[1] = vendor.refused();
              });
          while (storm.nanos() < END) {
            double gap = -Math.log(1 - arrivals.nextDouble()) / LOAD;
            storm.pass(Duration.ofNanos((long) (gap * SECOND)));
            storm.execute(() -> call(llm, storm));
          }
        });
    double soon = goodput(OUTAGE_TO + 10 * SECOND, OUTAGE_TO + 30 * SECOND);
    double later = goodput(OUTAGE_TO + 110 * SECOND, END);
    int after = sum(started, OUTAGE_TO, END);
    double amplification = (double) (vendor.requests() - requests[0]) / after;
    System.out.printf(
        "Storm of 429s, %s, then says %s: goodput %.2f after 10 s, %.2f after 2 minutes, %.2f"
            + " requests a call after the outage, 429s %.1f%% of them; %.2f a call in all%n",
        outage,
        says,
        soon,
        later,
        amplification,
        100.0 * (vendor.refused() - requests[1]) / (vendor.requests() - requests[0]),
        (double) vendor.requests() / sum(started, 0, END));
    assertThat(vendor.tooEarly()).isZero();
    assertThat(soon).isGreaterThan(0.9);
    assertThat(later).isGreaterThan(0.95);
    assertThat(amplification).isLessThan(1.1);
  }

  private void call(ResilientLlm llm, VirtualTime storm) {
    int second = (int) (storm.nanos() / SECOND);
    started[second]++;
    try {
      String answer = llm.chat(ChatRequest.of("question " + storm.nanos())).text();
      answered[second] += answer.equals("hello") ? 1 : 0;
    } catch (LlmException e) {
      // counted by not being counted
    }
  }

  private static Optional<ProviderException> away(Outage outage) {
    return switch (outage) {
      case REFUSES_ALL -> Optional.of(failure(ErrorKind.RATE_LIMITED, 429));
      case HAS_NO_CAPACITY -> Optional.of(failure(ErrorKind.OVERLOADED, 503));
      case RESETS -> Optional.of(new ProviderException(ErrorKind.NETWORK, "scripted"));
    };
  }

  private static ProviderException failure(ErrorKind kind, int status) {
    return ProviderException.builder(kind, "scripted").answered(status, "req").build();
  }

  /** The share of the calls begun between two instants that were answered. */
  private double goodput(long from, long to) {
    return (double) sum(answered, from, to) / sum(started, from, to);
  }

  private static int sum(int[] bySecond, long from, long to) {
    int sum = 0;
    for (int second = (int) (from / SECOND); second < to / SECOND; second++) {
      sum += bySecond[second];
    }
    return sum;
  }
}
