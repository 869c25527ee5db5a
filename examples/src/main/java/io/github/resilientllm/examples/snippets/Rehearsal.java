package io.github.resilientllm.examples.snippets;

import io.github.resilientllm.Readiness;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.Dialect;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.provider.LlmProvider;
import java.io.PrintStream;

/** Proves before the outage that each target can take over: run it when an application is built. */
public final class Rehearsal {
  private Rehearsal() {}

  /** Rehearses a failover from OpenAI to Mistral. */
  public static void main(String[] args) {
    LlmProvider gpt = OpenAi.model("gpt-4.1-mini").apiKey(ApiKey.fromEnv("OPENAI_API_KEY")).build();
    LlmProvider mistral =
        OpenAi.model("mistral-large-latest")
            .dialect(Dialect.MISTRAL)
            .apiKey(ApiKey.fromEnv("MISTRAL_API_KEY"))
            .build();
    rehearse(ResilientLlm.with(gpt).fallback(mistral).build(), System.out);
  }

  static boolean rehearse(ResilientLlm llm, PrintStream out) {
    ChatRequest typical = ChatRequest.builder().user("Say OK.").seed(7).bestEffort().build();
    boolean ready = true;
    for (Readiness.Check check : llm.check(typical)) {
      out.println(check.target() + (check.ready() ? " can" : " cannot: " + check.obstacle()));
      ready &= check.ready();
    }
    for (Readiness.Drill drill : llm.drill(typical)) {
      out.println(drill.target() + (drill.ready() ? " answered" : " failed: " + drill.failure()));
      ready &= drill.ready();
    }
    return ready;
  }
}
