package io.github.resilientllm.examples.snippets;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.Dialect;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.provider.LlmProvider;
import java.io.PrintStream;
import java.time.Duration;

/** Two vendors: when one is down, the other answers, and the answer says so. */
public final class Fallbacks {
  private Fallbacks() {}

  /** Asks OpenAI, and Mistral if OpenAI does not answer. */
  public static void main(String[] args) {
    LlmProvider gpt = OpenAi.model("gpt-4.1-mini").apiKey(ApiKey.fromEnv("OPENAI_API_KEY")).build();
    LlmProvider mistral =
        OpenAi.model("mistral-large-latest")
            .dialect(Dialect.MISTRAL)
            .apiKey(ApiKey.fromEnv("MISTRAL_API_KEY"))
            .build();
    ask(client(gpt, mistral), System.out);
  }

  static LlmClient client(LlmProvider first, LlmProvider second) {
    return ResilientLlm.with(Target.of(first).named("first"))
        .fallback(Target.of(second).named("second"))
        .deadline(Duration.ofSeconds(30))
        .build();
  }

  static void ask(LlmClient llm, PrintStream out) {
    try {
      ChatResponse answer = llm.chat("How long does delivery take?");
      out.println(answer.answeredBy() + ": " + answer.text());
      for (Attempt attempt : answer.attempts()) {
        out.println("  " + attempt);
      }
    } catch (LlmException nobody) {
      out.println("Nobody answered: " + nobody.kind());
    }
  }
}
