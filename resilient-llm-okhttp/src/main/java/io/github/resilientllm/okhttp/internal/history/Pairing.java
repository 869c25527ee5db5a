package io.github.resilientllm.okhttp.internal.history;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.Role;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The putting together of tool calls and their results, without which every vendor refuses a
 * history: each message with calls is followed by one with their results in the same order, under
 * ids that are unique and legal, as are the names of tools. Used once, by one thread.
 */
public final class Pairing {
  private final ToolIds ids;
  private final ToolNames names;
  private final Collection<String> leftOut;
  private final List<Message> paired = new ArrayList<>();

  private Pairing(ToolIds ids, ToolNames names, Collection<String> leftOut) {
    this.ids = ids;
    this.names = names;
    this.leftOut = leftOut;
  }

  /** The messages of a request, paired; themselves if there is nothing to pair, as mostly. */
  public static List<Message> of(
      ChatRequest request, ToolIds.Form ids, Collection<String> leftOut) {
    List<Message> messages = request.messages();
    return isInOrder(messages)
        ? messages
        : of(messages, ToolIds.of(request, ids), ToolNames.of(request), leftOut);
  }

  /**
   * The messages, paired. A call is answered where the model's next silence is, and is removed if
   * it is not; so is a result that answers no call. Never empty.
   *
   * @param leftOut takes a short phrase for each kind of thing that is removed
   */
  static List<Message> of(
      List<Message> messages, ToolIds ids, ToolNames names, Collection<String> leftOut) {
    if (isInOrder(messages)) {
      return messages;
    }
    Pairing pairing = new Pairing(ids, names, leftOut);
    int from = 0;
    while (from < messages.size()) {
      int said = endOfRun(messages, from, true);
      int replied = endOfRun(messages, said, false);
      pairing.add(messages.subList(from, said), messages.subList(said, replied));
      from = replied;
    }
    if (pairing.paired.isEmpty()) {
      pairing.paired.add(Message.user("Go ahead.")); // no vendor takes a history of nothing
    }
    return pairing.paired;
  }

  private static boolean isInOrder(List<Message> messages) {
    for (Message message : messages) {
      for (Part part : message.parts()) {
        if (part instanceof ToolCall || part instanceof ToolResult) {
          return false;
        }
      }
    }
    return !messages.isEmpty();
  }

  private static int endOfRun(List<Message> messages, int from, boolean model) {
    int end = from;
    while (end < messages.size() && (messages.get(end).role() == Role.ASSISTANT) == model) {
      end++;
    }
    return end;
  }

  private void add(List<Message> answers, List<Message> replies) {
    Map<String, Deque<ToolResult>> open = new HashMap<>(); // some servers repeat an id
    for (Message reply : replies) {
      for (Part part : reply.parts()) {
        if (part instanceof ToolResult result) {
          open.computeIfAbsent(result.callId(), id -> new ArrayDeque<>()).add(result);
        }
      }
    }
    for (Message answer : answers) {
      addAnswer(answer, open);
    }
    if (open.values().stream().anyMatch(results -> !results.isEmpty())) {
      leftOut.add("a tool result without its call");
    }
    for (Message reply : replies) {
      if (reply.role() != Role.TOOL) {
        paired.add(reply);
      }
    }
  }

  private void addAnswer(Message answer, Map<String, Deque<ToolResult>> open) {
    List<Part> parts = new ArrayList<>();
    List<Part> results = new ArrayList<>();
    for (Part part : answer.parts()) {
      if (!(part instanceof ToolCall call)) {
        parts.add(part);
        continue;
      }
      Deque<ToolResult> found = open.get(call.id());
      ToolResult result = found == null ? null : found.poll();
      if (result == null) {
        leftOut.add("a tool call without a result");
        continue;
      }
      String id = ids.next(call.id());
      parts.add(
          new ToolCall(
              id, names.of(call.name()), call.arguments(), call.vendorData().orElse(null)));
      results.add(new ToolResult(id, result.content(), result.failed()));
    }
    if (!parts.isEmpty()) {
      paired.add(new Message(Role.ASSISTANT, parts));
    }
    if (!results.isEmpty()) {
      paired.add(new Message(Role.TOOL, results));
    }
  }
}
