package io.github.resilientllm.examples.snippets;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.TargetGroup;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.provider.LlmProvider;
import java.io.PrintStream;

/** Two keys of one model: when one is refused or limited, the other takes over at once. */
public final class SeveralKeys {
  private SeveralKeys() {}

  /** Spreads calls over two keys. */
  public static void main(String[] args) {
    ask(client(provider("OPENAI_API_KEY"), provider("OPENAI_API_KEY_2")), System.out);
  }

  private static LlmProvider provider(String variable) {
    return OpenAi.model("gpt-4.1-mini").apiKey(ApiKey.fromEnv(variable)).build();
  }

  static LlmClient client(LlmProvider first, LlmProvider second) {
    TargetGroup gpt =
        TargetGroup.of("gpt", Target.of(first).named("shop"), Target.of(second).named("support"));
    return ResilientLlm.with(gpt.weighted(3, 1)).build();
  }

  static void ask(LlmClient llm, PrintStream out) {
    out.println(llm.chat("How long does delivery take?").answeredBy());
  }
}
