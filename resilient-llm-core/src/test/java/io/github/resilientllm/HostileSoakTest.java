package io.github.resilientllm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.internal.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * {@link HostileUserCodeTest} for as many minutes as {@code resilientllm.soak.minutes} says, each
 * run with a seed of its own, and the heap no larger at the end than it was at the beginning.
 */
@Tag("soak")
@EnabledIfSystemProperty(named = "resilientllm.soak.minutes", matches = "\\d+")
class HostileSoakTest {
  private static final long MEGABYTE = 1 << 20;

  private final Time time = Time.system();

  @Test
  void itGoesOnForHalfAnHour() throws Exception {
    Duration length = Duration.ofMinutes(Integer.getInteger("resilientllm.soak.minutes"));
    long begin = time.nanos();
    long warm = begin + length.dividedBy(10).toNanos();
    long end = begin + length.toNanos();
    List<String> failures = new ArrayList<>();
    long heap = 0;
    long runs = 0;
    long calls = 0;
    for (long seed = 1_000_000; time.nanos() < end && failures.isEmpty(); seed++) {
      if (heap == 0 && time.nanos() > warm) {
        heap = used();
      }
      Thread.currentThread().setName("soak " + seed);
      HostileRun run = new HostileRun(seed, seed % 2 == 0);
      for (String violation : run.go()) {
        failures.add("\nseed " + seed + ": " + violation);
      }
      runs++;
      calls += run.calls;
    }
    long grown = heap == 0 ? 0 : used() - heap; // 0 if it failed before it was warm
    System.out.printf("Soak: %d runs, %d calls, %d MB more%n", runs, calls, grown / MEGABYTE);
    assertThat(failures).isEmpty();
    assertThat(grown).isLessThan(32 * MEGABYTE);
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
