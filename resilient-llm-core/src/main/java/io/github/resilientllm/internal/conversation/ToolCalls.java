package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ToolCall;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Tool calls whose ids tell them apart, as a vendor promises and not every one keeps. */
final class ToolCalls {
  private ToolCalls() {}

  /** The answer, with new ids for calls that repeat one. */
  static ChatResponse withUniqueIds(ChatResponse answer) {
    Set<String> ids = new HashSet<>();
    List<ToolCall> unique = new ArrayList<>();
    for (ToolCall call : answer.toolCalls()) {
      String id = call.id();
      for (int n = 2; !ids.add(id); n++) {
        id = call.id() + "-" + n;
      }
      unique.add(new ToolCall(id, call.name(), call.arguments(), call.vendorData().orElse(null)));
    }
    return unique.equals(answer.toolCalls())
        ? answer
        : answer.toBuilder().toolCalls(unique).build();
  }
}
