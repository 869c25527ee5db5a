package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.journal.ConversationState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A question and what became of it; guarded by its {@link Transcript}. */
final class Turn {
  private final @Nullable String key;
  private final long keyHash;
  private long number; // of the question's entry; 0 if it has none
  private final Instant askedAt;
  private final List<Message> messages = new ArrayList<>();
  private final List<String> attempts = new ArrayList<>();
  private final StringBuilder partial = new StringBuilder();
  private final Map<String, ToolResult> results = new LinkedHashMap<>();
  private @Nullable List<Message> copy; // of the messages; kept until there is another
  private List<ToolCall> pending = List.of(); // kept, since every prompt asks every turn
  private @Nullable ChatResponse answer; // null while one is awaited
  private @Nullable ErrorKind failure;
  private @Nullable Running running;
  private boolean discarded;
  private boolean torn;

  Turn(@Nullable String key, Instant askedAt, Message question) {
    this.key = key;
    this.keyHash = key == null ? 0 : TurnKeys.hash(key);
    this.askedAt = askedAt;
    messages.add(question);
  }

  /**
   * An answer that runs at a vendor's by itself.
   *
   * @param target who was asked
   * @param handle by which it is found again
   */
  record Running(String target, String handle) {}

  void attempted(String target) {
    attempts.add(target);
    running = null; // the one before was given up, and is cancelled
  }

  /** The answer of the last attempt runs by itself. */
  void running(String target, String handle) {
    running = new Running(target, handle);
  }

  void said(String text) {
    partial.append(text);
  }

  /** What was said so far of the answer counts no more. */
  void restarted() {
    partial.setLength(0);
  }

  void answered(ChatResponse response) {
    torn |= !pending.isEmpty(); // their results were lost
    add(wholePartOf(response));
    partial.setLength(0);
    partial.trimToSize(); // it is kept for as long as the turn is
    failure = null;
    answer = response;
    running = null;
    pending = withoutResult();
  }

  private void add(Message message) {
    messages.add(message);
    copy = null;
  }

  /** A tool's result; the last one that was missing makes the model's next answer awaited. */
  void result(ToolResult result) {
    if (!awaits(result.callId())) {
      return; // its call was lost to damage, or it was told before
    }
    int missing = pending.size();
    results.put(result.callId(), result);
    pending = withoutResult();
    if (missing > 1) {
      return;
    }
    List<ToolCall> calls = calls();
    ToolResult[] inOrder =
        calls.stream().map(call -> results.get(call.id())).toArray(ToolResult[]::new);
    add(Message.tool(inOrder));
    results.clear();
    answer = null;
  }

  void failed(ErrorKind kind) {
    failure = kind;
    running = null;
  }

  void discarded() {
    discarded = true;
  }

  /** Parts of it were lost to damage: it is not shown to a vendor and cannot be answered. */
  void torn() {
    torn = true;
  }

  ConversationState state() {
    if (discarded || torn) {
      return ConversationState.IDLE;
    }
    if (answer != null) {
      return pending.isEmpty() ? ConversationState.IDLE : ConversationState.TOOL_PENDING;
    }
    return partial.isEmpty()
        ? ConversationState.QUESTION_PENDING
        : ConversationState.STREAM_INTERRUPTED;
  }

  boolean isTorn() {
    return torn;
  }

  /** Whether it ended with an answer, so that it may be shown to a vendor. */
  boolean isWhole() {
    return !discarded && !torn && state() == ConversationState.IDLE;
  }

  /** Whether an answer or tool results are awaited. */
  boolean isOpen() {
    return state() != ConversationState.IDLE;
  }

  /** The tool calls of the last answer that have no result. */
  List<ToolCall> pendingCalls() {
    return pending;
  }

  /** Whether a call with this id has no result. */
  boolean awaits(String callId) {
    return pending.stream().anyMatch(call -> call.id().equals(callId));
  }

  @Nullable String key() {
    return key;
  }

  /** The hash of its key, if it has one. */
  long keyHash() {
    return keyHash;
  }

  /** The question's entry has this number. */
  void numbered(long its) {
    number = its;
  }

  long number() {
    return number;
  }

  Instant askedAt() {
    return askedAt;
  }

  Message question() {
    return messages.get(0);
  }

  /** The question, and the answers and tool results that followed, oldest first. */
  List<Message> messages() {
    List<Message> kept = copy;
    if (kept == null) {
      kept = List.copyOf(messages);
      copy = kept;
    }
    return kept;
  }

  List<String> attempts() {
    return List.copyOf(attempts);
  }

  String partialText() {
    return partial.toString();
  }

  /** The answer that may still run, if a process has ended while it was heard; else null. */
  @Nullable Running running() {
    return running;
  }

  @Nullable ErrorKind failure() {
    return failure;
  }

  @Nullable ChatResponse answer() {
    return answer;
  }

  private List<ToolCall> withoutResult() {
    return calls().stream().filter(call -> !results.containsKey(call.id())).toList();
  }

  private List<ToolCall> calls() {
    return messages.get(messages.size() - 1).toolCalls();
  }

  /** An answer that ran into its token limit ends in half a tool call, which no vendor takes. */
  private static Message wholePartOf(ChatResponse response) {
    Message message = response.message();
    if (response.finishReason() != FinishReason.LENGTH || response.toolCalls().isEmpty()) {
      return message;
    }
    List<Part> parts = new ArrayList<>(message.parts());
    parts.removeIf(ToolCall.class::isInstance);
    if (parts.isEmpty()) {
      parts.add(new Part.Text(""));
    }
    return Message.assistant(parts);
  }
}
