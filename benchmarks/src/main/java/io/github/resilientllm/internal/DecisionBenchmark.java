package io.github.resilientllm.internal;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.ProviderException;
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
  private static final int TARGETS = 2;

  private final Retry retry = Retry.upTo(3);
  private final ProviderException overloaded =
      new ProviderException(ErrorKind.OVERLOADED, "overloaded");
  private final RaceRules rules = new DefaultRules();
  private int retries;

  /** Start, and nothing else to do. */
  @Benchmark
  public void answered(Blackhole blackhole) {
    Race race = new Race(rules);
    blackhole.consume(race.next(0));
    race.started(0, Attempt.Kind.FIRST, Time.NEVER, 0);
    race.committed();
    blackhole.consume(race);
  }

  /** Two retries at the first target, then the second one answers. */
  @Benchmark
  public void retriedTwiceThenFallback(Blackhole blackhole) {
    Race race = new Race(rules);
    blackhole.consume(race.next(0));
    race.started(0, Attempt.Kind.FIRST, Time.NEVER, 0);
    for (int at = 1; at <= 2; at++) {
      race.failed(0, overloaded, at);
      blackhole.consume(race.next(at));
      race.retryAt(0, at, 0);
      blackhole.consume(race.next(at));
      race.started(0, Attempt.Kind.RETRY, Time.NEVER, at);
    }
    race.failed(0, overloaded, 3);
    blackhole.consume(race.next(3));
    race.started(1, Attempt.Kind.FALLBACK, Time.NEVER, 3);
    race.committed();
    blackhole.consume(race);
  }

  /** One delay by the default policy. */
  @Benchmark
  public long backoff() {
    retries = retries % 3 + 1;
    return Backoff.delayNanos(retry, ErrorKind.OVERLOADED, retries, 0, 0.5);
  }

  /** The defaults, with two targets. */
  private static final class DefaultRules implements RaceRules {
    @Override
    public int targets() {
      return TARGETS;
    }

    @Override
    public int group(int target) {
      return -1;
    }

    @Override
    public int contextWindow(int target) {
      return 0;
    }

    @Override
    public int maxAttempts() {
      return 3;
    }

    @Override
    public int maxHedges() {
      return 0;
    }

    @Override
    public boolean hedgesSameTarget() {
      return false;
    }

    @Override
    public boolean retriesUnauthorized() {
      return false;
    }

    @Override
    public boolean triesNextOnContentFilter() {
      return false;
    }

    @Override
    public Fallback.ContextTooLong onContextTooLong() {
      return Fallback.ContextTooLong.LARGER_OR_UNKNOWN;
    }

    @Override
    public boolean forcesTarget(int target) {
      return true;
    }

    @Override
    public long patienceNanos() {
      return 2_000_000_000L;
    }

    @Override
    public long deadline() {
      return 120_000_000_000L;
    }
  }
}
