package io.github.resilientllm.okhttp.internal.history;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ToolChoice;
import java.util.Optional;

/** That a model has to call a tool, any or one by its name. */
public final class ForcedCall {

  private ForcedCall() {}

  /** The choice of a request that leaves the model no other; empty if it may just answer. */
  public static Optional<ToolChoice> in(ChatRequest request) {
    return request
        .toolChoice()
        .filter(
            choice ->
                choice.mode() == ToolChoice.Mode.REQUIRED || choice.mode() == ToolChoice.Mode.TOOL);
  }
}
