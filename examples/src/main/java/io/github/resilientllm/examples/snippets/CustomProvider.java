package io.github.resilientllm.examples.snippets;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import java.io.PrintStream;

/** A vendor of one's own, here one without a model: the last resort when all others are down. */
public final class CustomProvider implements LlmProvider {
  private final String apology;

  CustomProvider(String apology) {
    this.apology = apology;
  }

  @Override
  public String vendor() {
    return "house";
  }

  @Override
  public String model() {
    return "apology";
  }

  @Override
  public ProviderCall newCall(ChatRequest request, CallOptions options) {
    return ProviderCall.of(
        Completion.of(FinishReason.STOP, Usage.of(0, 0)), new ChatEvent.TextDelta(apology));
  }

  /** Asks it. */
  public static void main(String[] args) {
    ask(new CustomProvider("We cannot answer right now. Please ask again later."), System.out);
  }

  static void ask(LlmProvider lastResort, PrintStream out) {
    ResilientLlm llm = ResilientLlm.with(lastResort).build();
    out.println(llm.chat("Where is my parcel?").text());
  }
}
