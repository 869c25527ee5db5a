package io.github.resilientllm.examples.snippets;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.okhttp.Anthropic;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.Bedrock;
import io.github.resilientllm.okhttp.Gemini;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.provider.LlmProvider;

/** Four vendors with four protocols: whichever is up answers the same question. */
public final class FourVendors {
  private FourVendors() {}

  /** Asks OpenAI, then Anthropic, Google and AWS as long as nobody answers. */
  public static void main(String[] args) {
    LlmProvider gpt = OpenAi.model("gpt-4.1-mini").apiKey(ApiKey.fromEnv("OPENAI_API_KEY")).build();
    LlmProvider claude =
        Anthropic.model("claude-sonnet-4-5").apiKey(ApiKey.fromEnv("ANTHROPIC_API_KEY")).build();
    LlmProvider gemini =
        Gemini.model("gemini-2.5-flash").apiKey(ApiKey.fromEnv("GEMINI_API_KEY")).build();
    LlmProvider nova =
        Bedrock.model("eu.amazon.nova-lite-v1:0")
            .region("eu-central-1")
            .apiKey(ApiKey.fromEnv("AWS_BEARER_TOKEN_BEDROCK"))
            .build();
    Fallbacks.ask(client(gpt, claude, gemini, nova), System.out);
  }

  static LlmClient client(
      LlmProvider gpt, LlmProvider claude, LlmProvider gemini, LlmProvider nova) {
    return ResilientLlm.with(gpt).fallback(claude).fallback(gemini).fallback(nova).build();
  }
}
