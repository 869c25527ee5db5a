package io.github.resilientllm.test.time;

import io.github.resilientllm.FileOutbox;
import io.github.resilientllm.Outbox;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.internal.time.Surroundings;
import io.github.resilientllm.internal.time.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes only while everybody waits, and then at once; with luck from a seed.
 *
 * <pre>{@code
 * TestTime.runs(1000, time -> {
 *   VirtualModel gpt = time.model("gpt");
 *   VirtualModel claude = time.model("claude");
 *   gpt.fails(ErrorKind.OVERLOADED).lasting(Duration.ofHours(1));
 *   ResilientLlm llm = time.client(ResilientLlm.with(gpt).fallback(claude));
 *   for (int i = 0; i < 90; i++) {
 *     assertThat(llm.chat("How long does delivery take?").answeredBy()).isNotNull();
 *     time.pass(Duration.ofMinutes(1));
 *   }
 * });
 * }</pre>
 *
 * <p>Only what is made by {@link #client}, {@link #model}, {@link #store} and {@link #outbox} lives
 * in it, and only the thread that runs the body and those of {@link #beside} may use it.
 */
public final class TestTime {
  /** Replays one run: {@code -Dresilient-llm.seed=17}. */
  public static final String SEED_PROPERTY = "resilient-llm.seed";

  /** Dates in journals begin here, so that they are the same each time. */
  private static final Instant EPOCH = Instant.parse("2030-01-01T00:00:00Z");

  private final VirtualTime time = new VirtualTime();
  private final RandomGenerator random;
  private final long seed;
  private @Nullable Throwable failure; // of a thread beside; of one thread at a time

  private TestTime(long seed) {
    this.seed = seed;
    this.random = new SplittableRandom(seed);
  }

  /** What happens in the time. */
  @FunctionalInterface
  public interface Body {
    /** Runs. */
    void run(TestTime time) throws Exception;
  }

  /** Runs it once; what it throws comes out, and so does what a thread beside it throws. */
  public static void run(long seed, Body body) throws Exception {
    TestTime time = new TestTime(seed);
    time.time.run(() -> body.run(time));
    if (time.failure != null) {
      throw new AssertionError("A thread beside the test failed", time.failure);
    }
  }

  /**
   * Runs it so often, with the seeds from 1 on; with the one of {@link #SEED_PROPERTY} alone if it
   * is set.
   *
   * @throws AssertionError at the first seed that fails, and says how to replay it
   */
  public static void runs(int count, Body body) {
    Long only = Long.getLong(SEED_PROPERTY);
    long first = only == null ? 1 : only;
    long last = only == null ? count : only;
    for (long seed = first; seed <= last; seed++) {
      try {
        run(seed, body);
      } catch (Exception | AssertionError e) {
        throw new AssertionError(
            "Seed %d fails: %s; replay it with TestTime.run(%dL, ...) or -D%s=%d"
                .formatted(seed, e.getMessage(), seed, SEED_PROPERTY, seed),
            e);
      }
    }
  }

  /** Builds a client that lives in this time, with its threads and luck. */
  public ResilientLlm client(ResilientLlm.Builder builder) {
    surroundings().surround(builder);
    return builder.build();
  }

  private Surroundings surroundings() {
    return new Surroundings(time, time, random::nextDouble, () -> EPOCH.plusNanos(time.nanos()));
  }

  /** Builds a store of an outbox that has its dates from this time; its files are real ones. */
  public FileOutbox store(FileOutbox.Builder builder) {
    surroundings().surround(builder);
    return builder.build();
  }

  /**
   * Builds an outbox whose items are asked and handled in this time, by a client of {@link #client}
   * from a store of {@link #store}. The run does not end before it is closed.
   */
  public Outbox outbox(Outbox.Builder builder) {
    surroundings().surround(builder);
    return builder.build();
  }

  /** A model that lives in this time, and is well until it is told otherwise. */
  public VirtualModel model(String name) {
    return new VirtualModel(time, random, name);
  }

  /** Lets time pass on this thread. */
  public void pass(Duration howLong) {
    time.pass(howLong);
  }

  /** How much time has passed since the beginning. */
  public Duration elapsed() {
    return time.elapsed();
  }

  /** Runs something on another thread; the test ends when all of them have. */
  public void beside(Runnable task) {
    time.execute(
        () -> {
          try {
            task.run();
          } catch (RuntimeException | Error e) {
            failure = failure == null ? e : failure;
          }
        });
  }

  /** The luck of this run. */
  public RandomGenerator random() {
    return random;
  }

  /** The seed of this run. */
  public long seed() {
    return seed;
  }
}
