package io.github.resilientllm.okhttp.internal.history;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.PromptCaching;
import io.github.resilientllm.chat.Role;
import io.github.resilientllm.chat.ToolResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Where a vendor is told to keep what it has read so far, for those that want to be told. Decided
 * once; each vendor has its own word for such a mark. There are four at most.
 *
 * @param afterInstructions whether one stands after the instructions, or where there are none after
 *     the tools, which vendors read before them
 * @param inTurns the turns with marks, by their place, and the part of each after which it stands;
 *     never one of reasoning or as it was sent, for those cannot be marked
 */
public record CacheMarks(boolean afterInstructions, Map<Integer, Integer> inTurns) {
  public static final CacheMarks NONE = new CacheMarks(false, Map.of());

  /**
   * The marks of a request.
   *
   * @param turns its history
   * @param asTurns what the vendor would be sent of a shorter one
   */
  public static CacheMarks of(
      ChatRequest request, Turns turns, Function<ChatRequest, Turns> asTurns) {
    PromptCaching caching = request.promptCaching();
    if (caching.isOff()) {
      return NONE;
    }
    Map<Integer, Integer> marks = new LinkedHashMap<>();
    if (caching.isAutomatic()) {
      int before = turns.turns().size() - 2; // the last turn is new in each request
      if (before >= 0) {
        mark(marks, turns, before, Integer.MAX_VALUE);
      }
      return new CacheMarks(true, marks);
    }
    boolean afterInstructions = false;
    List<Message> all = request.messages();
    for (int number : caching.messages()) {
      if (number >= all.size()) {
        continue;
      }
      int end = number + 1;
      while (end < all.size() && all.get(end).role() == Role.TOOL) {
        end++; // a call and its results are not parted
      }
      List<Message> until = all.subList(0, end);
      if (until.stream().allMatch(message -> message.role() == Role.SYSTEM)) {
        afterInstructions = true;
        continue;
      }
      // What the vendor reads until there is what it would be sent of a shorter history.
      List<Turns.Turn> shorter = asTurns.apply(request.withMessages(until)).turns();
      int last = Math.min(shorter.size(), turns.turns().size()) - 1;
      mark(marks, turns, last, shorter.get(last).parts().size() - 1);
    }
    return new CacheMarks(afterInstructions, marks);
  }

  /** Whether a mark stands after a part of a turn. */
  public boolean isAfter(int turn, int part) {
    return inTurns.getOrDefault(turn, -1) == part;
  }

  private static void mark(Map<Integer, Integer> marks, Turns turns, int turn, int part) {
    List<Part> parts = turns.turns().get(turn).parts();
    int at = Math.min(part, parts.size() - 1);
    while (at >= 0
        && (parts.get(at) instanceof Part.Reasoning || parts.get(at) instanceof Part.Verbatim)) {
      at--;
    }
    while (at >= 0 && at < parts.size() - 1 && parts.get(at + 1) instanceof ToolResult) {
      at++; // nor are results from each other
    }
    if (at >= 0) {
      marks.put(turn, at);
    }
  }
}
