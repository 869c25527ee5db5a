package io.github.resilientllm.test.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.test.time.TestTime;
import io.github.resilientllm.test.time.VirtualModel;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Faults on purpose, and that they end. */
class ChaosTest {
  private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

  @Test
  void itStrikesUntilItsTimeIsOver() throws Exception {
    TestTime.run(
        1,
        time -> {
          Chaos chaos = chaos(time);
          VirtualModel gpt = time.model("gpt");
          ResilientLlm llm = client(time, gpt, chaos);
          assertThat(llm.chat("Hello?").answeredBy()).isEqualTo("gpt/m");

          chaos.strike(ErrorKind.OVERLOADED, 1, Duration.ofMinutes(10));
          assertThat(llm.chat("Hello?").answeredBy()).isEqualTo("claude/m");
          assertThat(gpt.asked()).hasSize(1); // nothing reached the real one

          time.pass(Duration.ofMinutes(10));
          assertThat(chaos.until()).isEmpty();
          assertThat(llm.chat("Hello?").answeredBy()).isEqualTo("gpt/m");
        });
  }

  @Test
  void aBrokenAnswerIsOneThatTheVendorHadBegun() throws Exception {
    TestTime.run(
        1,
        time -> {
          Chaos chaos = chaos(time);
          VirtualModel gpt = time.model("gpt");
          ResilientLlm llm = client(time, gpt, chaos);
          chaos.strike(ErrorKind.STREAM_TRUNCATED, 1, Duration.ofMinutes(10));
          assertThat(llm.chat("Hello?").text()).isEqualTo(time.model("claude").answer());
          assertThat(gpt.asked()).isNotEmpty();
          assertThat(gpt.open()).isZero();
        });
  }

  @Test
  void itStrikesOnlyWhomItMeansAndAShareOfThem() throws Exception {
    TestTime.run(
        1,
        time -> {
          Chaos chaos = chaos(time);
          ResilientLlm llm =
              time.client(
                  ResilientLlm.with(ChaosProvider.around(time.model("gpt"), chaos))
                      .fallback(time.model("claude"))
                      .breaker(Breaker.none()));
          chaos.strike(ErrorKind.SERVER_ERROR, 1, Duration.ofMinutes(10), "mistral");
          assertThat(llm.chat("Hello?").attempts()).hasSize(1);
          chaos.strike(ErrorKind.SERVER_ERROR, 0.5, Duration.ofMinutes(10), "gpt/m");
          int attempts = 0;
          for (int i = 0; i < 100; i++) {
            attempts += llm.chat("Hello?").attempts().size();
          }
          assertThat(attempts).isBetween(120, 250);
          chaos.stop();
          assertThat(llm.chat("Hello?").attempts()).hasSize(1);
        });
  }

  @Test
  void whatIsNoRehearsalIsRefused() {
    Chaos chaos = new Chaos();
    Duration minute = Duration.ofMinutes(1);
    assertThatThrownBy(() -> chaos.strike(ErrorKind.OVERLOADED, 1, Duration.ofHours(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT2H");
    assertThatThrownBy(() -> chaos.strike(ErrorKind.OVERLOADED, 0, minute))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> chaos.strike(ErrorKind.CANCELLED, 1, minute))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("CANCELLED");
    assertThat(chaos.until()).isEmpty();
    assertThat(chaos).hasToString("Chaos[off]");
  }

  private static Chaos chaos(TestTime time) {
    return new Chaos(() -> START.plus(time.elapsed()), time.random()::nextDouble);
  }

  private static ResilientLlm client(TestTime time, LlmProvider gpt, Chaos chaos) {
    return time.client(
        ResilientLlm.with(ChaosProvider.around(gpt, chaos)).fallback(time.model("claude")));
  }
}
