package io.github.resilientllm.benchmarks;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import org.jspecify.annotations.Nullable;

/** A provider that answers at once with one piece of text, so that only the engine takes time. */
final class InstantProvider implements LlmProvider {
  private static final ChatEvent.Delta PIECE = new ChatEvent.TextDelta("It is on its way.");
  private static final Completion COMPLETION =
      Completion.of(FinishReason.STOP, Usage.of(12, 5).withTotal(17));

  @Override
  public String vendor() {
    return "instant";
  }

  @Override
  public String model() {
    return "m";
  }

  @Override
  public ProviderCall newCall(ChatRequest request, CallOptions options) {
    return new InstantCall();
  }

  private static final class InstantCall implements ProviderCall {
    private boolean read;

    @Override
    public ChatEvent.@Nullable Delta next() {
      if (read) {
        return null;
      }
      read = true;
      return PIECE;
    }

    @Override
    public Completion completion() {
      return COMPLETION;
    }

    @Override
    public void close() {}
  }
}
