package io.github.resilientllm.test.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.policy.Retry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an outage costs under which policy. */
class SimulationTest {
  private static final SimulatedTarget GPT = SimulatedTarget.of("gpt", 0.01);
  private static final SimulatedTarget CLAUDE = SimulatedTarget.of("claude", 0.02);

  private static final Trace BAD_DAY =
      Trace.parse(
          """
          # A day with two incidents
          target,from,lasting,effect,share
          gpt,PT6H,PT3H,OVERLOADED,1
          gpt,PT15H,PT1H,CUT,0.5
          """);

  @Test
  void aFallbackIsWorthItsCostOnABadDay() {
    List<Forecast> alone = day(GPT).policy("alone", builder -> builder).play(1);
    List<Forecast> both = day(GPT, CLAUDE).policy("both", builder -> builder).play(1);
    assertThat(alone.get(0).calls()).isEqualTo(both.get(0).calls()).isBetween(1300, 1600);
    assertThat(alone.get(0).availability()).isBetween(0.8, 0.9); // three hours of twenty-four
    assertThat(both.get(0).availability()).isEqualTo(1);
    assertThat(both.get(0).loadOnTheSick()).isLessThan(alone.get(0).loadOnTheSick());
  }

  @Test
  void policiesMeetTheSameCallsAndTheSameSeedGivesTheSame() {
    Simulation simulation =
        day(GPT, CLAUDE)
            .policy("none", builder -> builder.retry(Retry.none()))
            .policy("standard", builder -> builder);
    List<Forecast> once = simulation.play(3);
    assertThat(once.get(0).calls()).isEqualTo(once.get(1).calls());
    assertThat(simulation.play(3)).isEqualTo(once);
    assertThat(simulation.play(4)).isNotEqualTo(once);
    assertThat(once.get(1).cost()).isPositive();
    assertThat(ForecastPage.table(once)).contains("| standard | ");
    assertThat(ForecastPage.html(once)).contains("<svg", "<td>standard</td>");
  }

  @Test
  void aQuietDayCostsOneRequestACall() {
    Forecast quiet =
        Simulation.of(GPT, CLAUDE).policy("standard", builder -> builder).play(1).get(0);
    assertThat(quiet.requests()).isEqualTo(quiet.calls());
    assertThat(quiet.tokens()).isEqualTo(quiet.calls() * 200L);
    assertThat(quiet.median()).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(4));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt,PT1H,PT1H,OVERLOADED",
        "gpt,an hour,PT1H,OVERLOADED,1",
        "gpt,PT1H,PT1H,TIRED,1",
        "gpt,PT1H,PT1H,CUT,2"
      })
  void aLineThatIsNoIncidentIsNamed(String line) {
    assertThatThrownBy(() -> Trace.parse("# a trace\n" + line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Line 2 of the trace");
  }

  @Test
  void anIncidentOfSomebodyElseIsNamed() {
    assertThatThrownBy(() -> Simulation.of(CLAUDE).under(BAD_DAY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"gpt\"");
  }

  private static Simulation day(SimulatedTarget... ladder) {
    return Simulation.of(ladder).callsPerHour(60).lasting(Duration.ofDays(1)).under(BAD_DAY);
  }
}
