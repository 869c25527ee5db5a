package io.github.resilientllm.internal.outbox.shelf;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who sets the machine's clock sets nothing in an outbox of files. */
class SteadyClockTest {
  private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

  @ParameterizedTest
  @ValueSource(longs = {-86_400, 86_400, 315_360_000})
  void aClockThatIsSetGoesOnAsItWas(long seconds) {
    Instant[] wall = {NOON};
    long[] nanos = {5};
    SteadyClock clock = new SteadyClock(() -> wall[0], () -> nanos[0]);
    assertThat(clock.instant()).isEqualTo(NOON);
    wall[0] = NOON.plusSeconds(seconds);
    nanos[0] += 60_000_000_000L;
    assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(60));
  }
}
