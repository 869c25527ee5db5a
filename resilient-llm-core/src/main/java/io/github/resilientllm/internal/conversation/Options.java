package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a handle of a conversation adds to each of its calls.
 *
 * @param instructions to the model; null leaves those that the conversation has
 * @param request fills in what is no message
 * @param tools runs a tool; null leaves that to the caller
 */
public record Options(
    @Nullable String instructions,
    Consumer<ChatRequest.Builder> request,
    @Nullable Function<ToolCall, ToolResult> tools) {

  /** Nothing. */
  public static Options none() {
    return new Options(null, request -> {}, null);
  }
}
