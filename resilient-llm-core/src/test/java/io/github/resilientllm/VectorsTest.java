package io.github.resilientllm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.target.RetryBudget;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.ProviderException;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Where a policy is like another library's, its numbers are that library's.
 *
 * <p>Not offered, and so not compared: AWS's adaptive mode (a rate that grows over time from every
 * refusal; ours grows over answers, and chance alone does not begin it) and Polly's jitter (a
 * quarter around the delay; ours is full, decorrelated or none).
 */
final class VectorsTest {

  /**
   * A server's delay is a floor here, with our own jitter on top, where AWS takes it within five
   * seconds of the computed one: those who were sent away together should not come back together,
   * and not before they may. The tokens agree.
   */
  private static final Set<String> OTHER_DELAYS =
      Set.of("retry-after honoured", "retry-after max is computed+5s");

  private Vectors vectors;

  @BeforeEach
  void readVectors() throws Exception {
    vectors = Vectors.find("retry_vectors.json").orElse(null);
    if (vectors == null) {
      System.out.println("Vectors: no ../shared/vectors/retry_vectors.json, nothing is compared");
    }
    assumeTrue(vectors != null, "no vectors");
  }

  @Test
  void tokensAndDelaysAreThoseOfAwsStandardMode20() throws Exception {
    Budget budget = Budget.likeAws().withCosts(5, 10, 5);
    int agreed = 0;
    for (Vectors sample : vectors.at("aws_standard_2_0").list("cases")) {
      agreed += new Replay(sample, budget, Duration.ofSeconds(1)).agrees();
    }
    System.out.println("Vectors: AWS 2.0, " + agreed + " cases agree");
    assertThat(agreed).isEqualTo(6);
  }

  @Test
  void tokensAndDelaysAreThoseOfAwsStandardMode21() throws Exception {
    int agreed = 0;
    int otherDelays = 0;
    for (Vectors sample : vectors.at("aws_standard_2_1").list("cases")) {
      if (sample.has("threads")) {
        interleave(sample);
        agreed++;
        continue;
      }
      long base = (long) (sample.number("base_transient_s", 0.05) * 1000);
      int same = new Replay(sample, Budget.likeAws(), Duration.ofMillis(base)).agrees();
      agreed += same;
      otherDelays += 1 - same;
    }
    System.out.println(
        "Vectors: AWS 2.1, " + agreed + " cases agree, " + otherDelays + " differ on purpose");
    assertThat(agreed).isEqualTo(13);
    assertThat(otherDelays).isEqualTo(OTHER_DELAYS.size());
  }

  @Test
  void theThrottleIsThatOfGrpc() {
    Vectors script = vectors.at("grpc_throttle");
    double max = script.number("max_tokens", 0);
    RetryBudget budget =
        new RetryBudget(Budget.likeGrpc(max, script.number("token_ratio", 0)), false);
    int agreed = 0;
    for (Object row : script.rows("script")) {
      List<?> step = (List<?>) row;
      if (step.get(0).equals("ok")) {
        budget.succeeded(null);
      } else {
        budget.failed(ErrorKind.SERVER_ERROR);
      }
      assertThat(budget.tokens()).isEqualTo(((Number) step.get(1)).doubleValue());
      assertThat(budget.tryPay(ErrorKind.SERVER_ERROR)).isEqualTo(step.get(2));
      agreed++;
    }
    System.out.println("Vectors: gRPC, " + agreed + " steps agree");
    assertThat(agreed).isEqualTo(13);
  }

  /** Two calls on one bucket, in the order that the tokens tell: A, A, B, B, A. */
  private static void interleave(Vectors sample) {
    RetryBudget budget = new RetryBudget(Budget.likeAws(), false);
    List<?> threads = sample.rows("threads");
    List<?> a = (List<?>) threads.get(0);
    List<?> b = (List<?>) threads.get(1);
    for (Object step : List.of(a.get(0), a.get(1), b.get(0), b.get(1), a.get(2))) {
      Map<?, ?> fields = (Map<?, ?>) step;
      if (fields.get("outcome").equals("success")) {
        budget.succeeded(ErrorKind.SERVER_ERROR);
      } else {
        budget.failed(ErrorKind.SERVER_ERROR);
        assertThat(budget.tryPay(ErrorKind.SERVER_ERROR)).isTrue();
      }
      assertThat(budget.tokens()).isEqualTo(((Number) fields.get("quota")).doubleValue());
    }
    assertThat(budget.tokens()).isEqualTo(sample.number("expected_final_quota", -1));
  }

  /** One case through the whole engine, with the most jitter there is. */
  private static final class Replay {
    private final VirtualTime time = new VirtualTime();
    private final List<Vectors> steps;
    private final boolean otherDelays;
    private final ResilientLlm llm;
    private final ScriptedProvider vendor;

    /** The tokens after each step. */
    private final List<Double> tokens = new ArrayList<>();

    Replay(Vectors sample, Budget budget, Duration base) {
      steps = sample.list("steps");
      otherDelays = OTHER_DELAYS.contains(sample.text("name"));
      Duration max = Duration.ofMillis((long) (1000 * sample.number("max_backoff_s", 20)));
      Retry retry =
          Retry.upTo((int) sample.number("max_attempts", 3))
              .withDelay(base, max)
              .withThrottledDelay(Duration.ofSeconds(1));
      vendor = new ScriptedProvider("aws", time, this::answer);
      llm =
          ResilientLlm.with(vendor)
              .time(time)
              .executor(time)
              .random(() -> 1.0)
              .retry(retry)
              .budget(budget.withCapacity(sample.number("tokens", 500)))
              .breaker(Breaker.none())
              .deadline(Duration.ofHours(1))
              .build();
    }

    private double tokens() {
      return llm.targets().get(0).retryTokens();
    }

    /** Fails if the case differs where it must not; 1 if it agrees in all, or else 0. */
    int agrees() throws Exception {
      time.run(
          () -> {
            while (tokens.size() < steps.size()) {
              boolean success = call();
              tokens.add(tokens());
              String outcome = steps.get(tokens.size() - 1).text("outcome");
              assertThat(success).isEqualTo(outcome.equals("success"));
              assertThat(outcome).isNotEqualTo("retry_request");
            }
          });
      assertThat(vendor.attempts()).isEqualTo(steps.size());
      boolean same = true;
      for (int i = 0; i < steps.size(); i++) {
        assertThat(tokens.get(i)).isEqualTo(steps.get(i).number("quota", -1));
        if (steps.get(i).has("delay_s")) {
          long delay = vendor.startedAtMillis().get(i + 1) - vendor.startedAtMillis().get(i);
          same &= delay == Math.round(1000 * steps.get(i).number("delay_s", -1));
        }
      }
      assertThat(same).isEqualTo(!otherDelays);
      return same ? 1 : 0;
    }

    private boolean call() {
      try {
        llm.chat(ChatRequest.of("How long does delivery take?"));
        return true;
      } catch (LlmException e) {
        return false;
      }
    }

    private Script answer(int attempt) {
      if (attempt > 0 && steps.get(attempt - 1).text("outcome").equals("retry_request")) {
        tokens.add(tokens());
      }
      Vectors step = steps.get(attempt);
      if (step.number("status", 0) == 200) {
        return Script.answer("hello");
      }
      boolean throttled = step.text("error_code").equals("Throttling");
      return Script.script()
          .fails(
              ProviderException.builder(
                      throttled ? ErrorKind.RATE_LIMITED : ErrorKind.SERVER_ERROR, "scripted")
                  .retryAfter(retryAfter(step.text("retry_after_ms_header")))
                  .build());
    }

    /** What no number is is no delay, as a provider reads it. */
    private static Duration retryAfter(String header) {
      return header.matches("\\d+") ? Duration.ofMillis(Long.parseLong(header)) : Duration.ZERO;
    }
  }
}
