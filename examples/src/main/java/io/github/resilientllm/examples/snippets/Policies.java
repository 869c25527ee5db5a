package io.github.resilientllm.examples.snippets;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.RateLimit;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.provider.LlmProvider;
import java.io.PrintStream;
import java.time.Duration;

/** Every policy, set to something else than its default. */
public final class Policies {
  private Policies() {}

  /** Shows what a call can cost at most. */
  public static void main(String[] args) {
    LlmProvider gpt = OpenAi.model("gpt-4.1-mini").apiKey(ApiKey.fromEnv("OPENAI_API_KEY")).build();
    show(client(gpt), System.out);
  }

  static ResilientLlm client(LlmProvider provider) {
    return ResilientLlm.with(provider)
        .timeouts(
            Timeouts.deadline(Duration.ofSeconds(30))
                .withAttempt(Duration.ofSeconds(20))
                .withFirstToken(Duration.ofSeconds(5))
                .withStall(Duration.ofSeconds(3)))
        .retry(Retry.upTo(4).withDelay(Duration.ofMillis(200), Duration.ofSeconds(4)))
        .budget(Budget.standard().withCapacity(50))
        .hedge(Hedge.extraLoad(0.05).onSameTarget())
        .breaker(Breaker.opensAfter(5, 10).withOpenFor(Duration.ofSeconds(15)))
        .concurrency(Concurrency.atMost(32).withWaiting(200, Duration.ofSeconds(5)))
        .rateLimit(RateLimit.of(600, Duration.ofMinutes(1)))
        .fallbackPolicy(Fallback.standard().withMidStream(Fallback.MidStream.CONTINUE))
        .build();
  }

  static void show(ResilientLlm llm, PrintStream out) {
    out.println("at most " + llm.plan().maxAttempts() + " requests a call");
    out.println("at most " + llm.plan().longest().toSeconds() + " s a call");
  }
}
