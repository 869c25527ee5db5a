package io.github.resilientllm.spring.test;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A model that does what the test says. */
final class ScriptedProvider implements LlmProvider {
  private final ScriptedLlm script;
  private final String name;
  private final String model;

  ScriptedProvider(ScriptedLlm script, String name, String model) {
    this.script = script;
    this.name = name;
    this.model = model;
  }

  @Override
  public String vendor() {
    return name;
  }

  @Override
  public String model() {
    return model;
  }

  @Override
  public ProviderCall newCall(ChatRequest request, CallOptions options) {
    return new Call(request);
  }

  /** One attempt. */
  private final class Call implements ProviderCall {
    private final ChatRequest request;
    private final Deque<ChatEvent.Delta> pieces = new ArrayDeque<>();
    private @Nullable ErrorKind failure;
    private boolean begun;

    Call(ChatRequest request) {
      this.request = request;
    }

    @Override
    public ChatEvent.@Nullable Delta next() throws ProviderException {
      if (!begun) {
        begun = true;
        begin(script.next(name, request));
      }
      ChatEvent.Delta piece = pieces.poll();
      if (piece == null && failure != null) {
        throw new ProviderException(failure, "as the test says");
      }
      return piece;
    }

    private void begin(ScriptedLlm.Move move) {
      failure = move.failure();
      Function<? super ChatRequest, String> answer = move.answer();
      if (answer == null) {
        return;
      }
      String text = answer.apply(request);
      int half = text.length() / 2; // a reader of streams meets more than one piece
      if (half > 0) {
        pieces.add(new ChatEvent.TextDelta(text.substring(0, half)));
      }
      if (!text.isEmpty()) {
        pieces.add(new ChatEvent.TextDelta(text.substring(half)));
      }
    }

    @Override
    public Completion completion() {
      return Completion.builder(FinishReason.STOP).usage(Usage.unknown()).from("", model).build();
    }

    @Override
    public void close() {}
  }
}
