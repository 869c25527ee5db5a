package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.journal.ConversationState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A turn that awaits an answer or a tool's result, as it was when it was looked at. */
public record OpenTurn(
    @Nullable String key,
    Instant askedAt,
    Message question,
    ConversationState state,
    String partialText,
    List<ToolCall> pendingTools,
    List<String> attempts,
    @Nullable ErrorKind failure) {

  static OpenTurn of(Turn turn) {
    return new OpenTurn(
        turn.key(),
        turn.askedAt(),
        turn.question(),
        turn.state(),
        turn.partialText(),
        turn.pendingCalls(),
        turn.attempts(),
        turn.failure());
  }
}
