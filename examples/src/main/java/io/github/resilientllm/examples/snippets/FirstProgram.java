package io.github.resilientllm.examples.snippets;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.OpenAi;
import java.io.PrintStream;

/** The first program: one question, one answer. */
public final class FirstProgram {
  private FirstProgram() {}

  /** Asks OpenAI. */
  public static void main(String[] args) {
    LlmClient llm =
        ResilientLlm.with(
                OpenAi.model("gpt-4.1-mini").apiKey(ApiKey.fromEnv("OPENAI_API_KEY")).build())
            .build();
    ask(llm, System.out);
  }

  static void ask(LlmClient llm, PrintStream out) {
    ChatResponse answer = llm.chat("Why is the sky blue? Answer in one sentence.");
    out.println(answer.text());
    out.println("answered by " + answer.answeredBy());
  }
}
