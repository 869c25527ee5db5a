package io.github.resilientllm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.target.EngineTarget;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Many calls at groups whose members fail at random; what is said of every call holds for each. */
class GroupStormTest {
  private static final int RUNS = 300;
  private static final int CALLS = 20;
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  @Test
  void everyCallEndsInTimeWithinThePlanAndGivesBackWhatItTook() throws Exception {
    int answered = 0;
    for (int seed = 1; seed <= RUNS; seed++) {
      answered += new Run(seed).go();
    }
    assertThat(answered).isBetween(RUNS * CALLS / 4, RUNS * CALLS - 1);
  }

  private static final class Run {
    private final VirtualTime time = new VirtualTime();
    private final List<ScriptedProvider> vendors = new ArrayList<>();
    private final List<String> ended = new ArrayList<>();
    private final Random random;
    private final ResilientLlm llm;
    private final int seed;
    private int answered;

    Run(int seed) {
      this.seed = seed;
      this.random = new Random(seed * 0x9E3779B97F4A7C15L);
      ResilientLlm.Builder builder = ResilientLlm.with(group("first"));
      if (random.nextBoolean()) {
        builder.fallback(group("second"));
      }
      if (random.nextInt(3) == 0) {
        builder.fallback(Target.of(vendor("alone")));
      }
      Random jitter = new Random(seed);
      llm =
          builder
              .time(time)
              .executor(time)
              .random(jitter::nextDouble)
              .deadline(DEADLINE)
              .retry(Retry.upTo(1 + random.nextInt(4)))
              .budget(random.nextBoolean() ? Budget.standard() : Budget.unlimited())
              .hedge(random.nextInt(3) == 0 ? Hedge.extraLoad(0.3) : Hedge.none())
              .concurrency(random.nextBoolean() ? Concurrency.unlimited() : Concurrency.atMost(2))
              .build();
    }

    int go() throws Exception {
      time.run(
          () -> {
            for (int i = 0; i < CALLS; i++) {
              Face face = ChaosSettings.pick(random, Face.values());
              time.execute(() -> call(face));
              time.pass(Duration.ofMillis(random.nextInt(500)));
            }
            time.pass(DEADLINE.multipliedBy(2));
          });
      assertThat(ended).as("seed %d", seed).hasSize(CALLS);
      assertThat(vendors).as("seed %d", seed).allMatch(vendor -> vendor.open() == 0);
      for (EngineTarget target : llm.engine().targets()) {
        int free = target.standing().freePlaces();
        assertThat(free).as("seed %d", seed).isIn(2, Integer.MAX_VALUE);
        assertThat(target.standing().inFlight()).isZero();
      }
      return answered;
    }

    private void call(Face face) {
      long start = time.nanos();
      Face.End end = face.call(llm, time);
      long millis = (time.nanos() - start) / 1_000_000;
      List<Attempt> attempts =
          end.failure() == null ? end.response().attempts() : end.failure().attempts();
      long made = attempts.stream().filter(a -> a.kind() != Attempt.Kind.SKIPPED).count();
      assertThat(millis).as("seed %d", seed).isLessThanOrEqualTo(DEADLINE.toMillis());
      assertThat(made).as("seed %d: %s", seed, attempts).isBetween(0L, (long) most());
      answered += end.failure() == null ? 1 : 0;
      ended.add("ended");
    }

    private int most() {
      return llm.plan().maxAttempts();
    }

    private TargetGroup group(String name) {
      int size = 1 + random.nextInt(4);
      Target[] members = new Target[size];
      int[] weights = new int[size];
      for (int i = 0; i < size; i++) {
        members[i] = Target.of(vendor(name + i));
        weights[i] = 1 + random.nextInt(3);
      }
      TargetGroup group = TargetGroup.of(name, members);
      return switch (random.nextInt(3)) {
        case 0 -> group;
        case 1 -> group.leastBusy();
        default -> group.weighted(weights);
      };
    }

    private ScriptedProvider vendor(String name) {
      Random dice = new Random(random.nextLong());
      return new ScriptedProvider(name, time, n -> script(dice));
    }

    private static Script script(Random dice) {
      Script script = Script.script().after(Duration.ofMillis(dice.nextInt(1500)));
      return switch (dice.nextInt(8)) {
        case 0 -> script.fails(ErrorKind.SERVER_ERROR);
        case 1 -> script.fails(ErrorKind.OVERLOADED);
        case 2 -> Script.fail(ErrorKind.RATE_LIMITED, Duration.ofMillis(1 + dice.nextInt(4000)));
        case 3 -> script.fails(dice.nextBoolean() ? ErrorKind.UNAUTHORIZED : ErrorKind.NETWORK);
        case 4 -> script.says("half").fails(ErrorKind.STREAM_TRUNCATED);
        case 5 -> dice.nextInt(4) == 0 ? Script.hang() : script.says("late").done();
        default -> script.says("hello").done();
      };
    }
  }
}
