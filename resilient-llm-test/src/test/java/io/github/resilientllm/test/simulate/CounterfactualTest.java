package io.github.resilientllm.test.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.test.time.TestTime;
import io.github.resilientllm.test.time.VirtualModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that a listener wrote down, played again under other policies. */
class CounterfactualTest {
  private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
  private static final SimulatedTarget GPT = SimulatedTarget.of("gpt/m", 0.01);
  private static final SimulatedTarget CLAUDE = SimulatedTarget.of("claude/m", 0.02);
  @TempDir private Path directory;

  /** Six hours of one try each, in two of which most requests fail. */
  private RecordedRun badDay() throws Exception {
    Path file = directory.resolve("events.tsv");
    TestTime.run(
        7,
        time -> {
          VirtualModel gpt = time.model("gpt").varying(0.5);
          gpt.fails(ErrorKind.OVERLOADED).from(hours(1)).lasting(hours(2)).forShare(0.6);
          gpt.isSilent().from(hours(4)).lasting(Duration.ofMinutes(30)).forShare(0.5);
          try (RunLog log = RunLog.to(file, () -> START.plus(time.elapsed()))) {
            ResilientLlm llm = time.client(oneTryOf20Seconds(ResilientLlm.with(gpt)).listener(log));
            while (time.elapsed().compareTo(hours(6)) < 0) {
              ask(llm);
              time.pass(Duration.ofSeconds(36));
            }
          }
        });
    assertThat(Files.readString(file)).doesNotContain("parcel", "gpt-1");
    return RecordedRun.read(file);
  }

  @Test
  void theSamePolicyGivesAboutWhatHappened() throws Exception {
    RecordedRun run = badDay();
    Forecast was = run.happened(List.of(GPT));
    Forecast again =
        Simulation.again(run, GPT)
            .policy("the same", CounterfactualTest::oneTryOf20Seconds)
            .play(1)
            .get(0);
    assertThat(was.availability()).isBetween(0.6, 0.9);
    assertThat(again.calls()).isEqualTo(was.calls());
    assertThat(again.availability()).isCloseTo(was.availability(), within(0.04));
    assertThat(again.median()).isBetween(was.median().dividedBy(2), was.median().multipliedBy(2));
    assertThat(again.cost()).isEqualTo(was.cost());
    assertThat(again.guessed()).isZero();
    assertThat(run.targets()).containsExactly("gpt/m");
  }

  @Test
  void anotherPolicyGivesWhatItWouldHave() throws Exception {
    RecordedRun run = badDay();
    Forecast was = run.happened(List.of(GPT));
    Forecast retries =
        Simulation.again(run, GPT).policy("retries", CounterfactualTest::generous).play(1).get(0);
    Forecast both = Simulation.again(run, GPT, CLAUDE).policy("both", b -> b).play(1).get(0);
    assertThat(retries.availability()).isGreaterThan(was.availability() + 0.05);
    assertThat(retries.requests()).isGreaterThan(was.requests());
    assertThat(both.availability()).isEqualTo(1);
    assertThat(both.guessed()).isPositive(); // nobody asked claude then
    assertThat(ForecastPage.table(List.of(was, retries, both))).contains("| as it was |");
  }

  @Test
  void aRealRunHasTheLoadThatItHad() throws Exception {
    RecordedRun run = badDay();
    assertThatThrownBy(() -> Simulation.again(run, GPT).callsPerHour(3))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Simulation.again(run)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "call\t1\t2",
        "call\t1\t2\tTIRED",
        "call\tnoon\t2\tCOMPLETE",
        "try\t1\t2\tgpt\tTIRED\t-\t-\t-",
        "try\t1\t2\tgpt\t-\tsoon\t-\t-",
        "attempt"
      })
  void aLineThatNoLogWritesIsNamed(String line) throws IOException {
    Path file = directory.resolve("events.tsv");
    Files.writeString(file, "call\t1\t2\tCOMPLETE\n" + line + "\n");
    assertThatThrownBy(() -> RecordedRun.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Line 2 of the run");
  }

  @Test
  void anEmptyRunIsNamed() throws IOException {
    Path file = Files.createFile(directory.resolve("events.tsv"));
    assertThatThrownBy(() -> RecordedRun.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no calls");
  }

  /** A budget and a breaker would hold back most of the retries of so few calls. */
  private static ResilientLlm.Builder generous(ResilientLlm.Builder builder) {
    return builder.retry(Retry.upTo(4)).budget(Budget.unlimited()).breaker(Breaker.none());
  }

  private static ResilientLlm.Builder oneTryOf20Seconds(ResilientLlm.Builder builder) {
    return builder.deadline(Duration.ofSeconds(20)).retry(Retry.none()).breaker(Breaker.none());
  }

  private static void ask(ResilientLlm llm) {
    try {
      assertThat(llm.chat("Where is my parcel?").text()).isNotEmpty();
    } catch (LlmException failed) {
      assertThat(failed.attempts()).isNotEmpty();
    }
  }

  private static Duration hours(int hours) {
    return Duration.ofHours(hours);
  }
}
