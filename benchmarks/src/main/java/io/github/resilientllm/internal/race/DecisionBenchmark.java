package io.github.resilientllm.internal.race;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.ProviderException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What deciding costs, without the call around it: all moves of a call that is answered at once, of
 * one that retries and falls back, and one delay of a retry.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
public class DecisionBenchmark {
  private final Retry retry = Retry.upTo(3);
  private final ProviderException overloaded =
      new ProviderException(ErrorKind.OVERLOADED, "overloaded");
  private final Ladder ladder =
      new Ladder(
          List.of(new Ladder.Step(1, retry), new Ladder.Step(1, retry)),
          Fallback.standard(),
          Hedge.none());
  private final Ladder.Targets targets = new Unknown();
  private int retries;

  /** Start, and nothing else to do. */
  @Benchmark
  public void answered(Blackhole blackhole) {
    Race race = new Race(ladder, targets, 120_000_000_000L);
    blackhole.consume(race.next(0));
    race.started(0, Attempt.Kind.FIRST, Race.NEVER, 0);
    race.committed();
    blackhole.consume(race);
  }

  /** Two retries at the first target, then the second one answers. */
  @Benchmark
  public void retriedTwiceThenFallback(Blackhole blackhole) {
    Race race = new Race(ladder, targets, 120_000_000_000L);
    blackhole.consume(race.next(0));
    race.started(0, Attempt.Kind.FIRST, Race.NEVER, 0);
    for (int at = 1; at <= 2; at++) {
      race.failed(0, overloaded, false, 1, 0, at);
      blackhole.consume(race.next(at));
      race.paid(0);
      blackhole.consume(race.next(at));
      race.started(0, Attempt.Kind.RETRY, Race.NEVER, at);
    }
    race.failed(0, overloaded, false, 1, 0, 3);
    blackhole.consume(race.next(3));
    race.started(1, Attempt.Kind.FALLBACK, Race.NEVER, 3);
    race.committed();
    blackhole.consume(race);
  }

  /** One delay by the default policy. */
  @Benchmark
  public long backoff() {
    retries = retries % 3 + 1;
    return Backoff.delayNanos(retry, ErrorKind.OVERLOADED, retries, 0, 0.5);
  }

  /** Nothing is known of the targets. */
  private static final class Unknown implements Ladder.Targets {
    @Override
    public int contextWindow(int target) {
      return 0;
    }

    @Override
    public boolean isForced(int target) {
      return true;
    }
  }
}
