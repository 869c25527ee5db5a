package io.github.resilientllm.okhttp;

import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.Role;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.chat.VendorData;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The making of {@link Turns}; used once, by one thread. */
final class Alternation {
  private static final Part BEFORE_THE_MODEL = new Part.Text("(The conversation begins.)");
  private static final Part INSTEAD_OF_NOTHING = new Part.Text("Go ahead.");
  private static final Part BAD_ARGUMENTS =
      new Part.Text("The arguments of this tool call were not a JSON object.");

  private final String vendor;
  private final ToolIds ids;
  private final List<Turns.Turn> turns = new ArrayList<>();
  private final Map<String, String> namesById = new HashMap<>();
  private final Set<String> leftOut = new LinkedHashSet<>();

  Alternation(String vendor, ToolIds ids) {
    this.vendor = vendor;
    this.ids = ids;
  }

  Turns turns(List<Message> messages) {
    List<String> system = new ArrayList<>();
    int start = 0;
    while (start < messages.size() && messages.get(start).role() == Role.SYSTEM) {
      String text = messages.get(start++).text();
      if (!text.isBlank()) {
        system.add(text);
      }
    }
    List<Turns.Turn> runs = runs(messages.subList(start, messages.size()));
    List<ToolResult> results = List.of();
    for (int i = 0; i < runs.size(); i++) {
      Turns.Turn run = runs.get(i);
      if (run.model()) {
        results = answer(run, i + 1 < runs.size() ? runs.get(i + 1).parts() : List.of());
      } else {
        reply(run, results);
      }
    }
    if (turns.isEmpty() || turns.get(0).model()) {
      Part filler = turns.isEmpty() ? INSTEAD_OF_NOTHING : BEFORE_THE_MODEL;
      turns.add(0, new Turns.Turn(false, List.of(filler)));
    }
    return new Turns(system, turns, namesById, leftOut);
  }

  /** The messages of one side joined, as they are but for what no vendor can be told. */
  private List<Turns.Turn> runs(List<Message> messages) {
    List<Turns.Turn> runs = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      boolean model = message.role() == Role.ASSISTANT;
      addParts(message, parts);
      boolean ends =
          i + 1 == messages.size() || model != (messages.get(i + 1).role() == Role.ASSISTANT);
      if (ends) {
        runs.add(new Turns.Turn(model, parts));
        parts.clear();
      }
    }
    return runs;
  }

  private void addParts(Message message, List<Part> parts) {
    StringBuilder thought = new StringBuilder(); // a block, which its vendor data ends
    for (Part part : message.parts()) {
      if (part instanceof Part.Text text) {
        addText(text, message.role() == Role.SYSTEM, parts);
      } else if (part instanceof Part.Reasoning reasoning) {
        thought.append(reasoning.text());
        addBlock(thought, reasoning.vendorData(), parts);
      } else {
        parts.add(part);
      }
    }
    if (!thought.isEmpty()) {
      leftOut.add("reasoning without a signature");
    }
  }

  private static void addText(Part.Text text, boolean instructs, List<Part> parts) {
    if (!text.text().isBlank()) {
      parts.add(instructs ? new Part.Text("<system>\n" + text.text() + "\n</system>") : text);
    }
  }

  private void addBlock(StringBuilder thought, @Nullable VendorData data, List<Part> parts) {
    if (data == null) {
      return; // the block goes on
    }
    VendorData own = own(data);
    if (own != null) {
      parts.add(new Part.Reasoning(thought.toString(), own));
    }
    thought.setLength(0);
  }

  private @Nullable VendorData own(@Nullable VendorData data) {
    if (data == null || data.vendor().equals(vendor)) {
      return data;
    }
    leftOut.add("reasoning of another vendor");
    return null;
  }

  /**
   * Adds the model's turn, with those of its calls that were answered next, and returns their
   * results. Calls that were given the same id are answered in their order.
   */
  private List<ToolResult> answer(Turns.Turn run, List<Part> next) {
    Map<String, Deque<ToolResult>> answers = new HashMap<>();
    for (Part part : next) {
      if (part instanceof ToolResult result) {
        answers.computeIfAbsent(result.callId(), id -> new ArrayDeque<>()).add(result);
      }
    }
    List<Part> parts = new ArrayList<>();
    List<ToolResult> results = new ArrayList<>();
    for (Part part : run.parts()) {
      if (!(part instanceof ToolCall call)) {
        parts.add(part);
        continue;
      }
      ToolResult result = answers.getOrDefault(call.id(), new ArrayDeque<>()).poll();
      if (result == null) {
        leftOut.add("a tool call without a result");
      } else {
        addCall(call, result, parts, results);
      }
    }
    while (!parts.isEmpty() && parts.get(parts.size() - 1) instanceof Part.Reasoning) {
      parts.remove(parts.size() - 1);
      leftOut.add("reasoning that led to nothing");
    }
    addTurn(true, parts);
    return results;
  }

  private void addCall(
      ToolCall call, ToolResult result, List<Part> parts, List<ToolResult> results) {
    String id = ids.next(call.id());
    namesById.put(id, call.name());
    List<Part> content = new ArrayList<>();
    String arguments = call.arguments().isBlank() ? "{}" : call.arguments();
    boolean usable = Json.isObject(arguments);
    if (!usable) {
      leftOut.add("arguments that are no JSON object");
      content.add(BAD_ARGUMENTS);
    }
    for (Part part : result.content()) {
      if (!(part instanceof Part.Text text && text.text().isBlank())) {
        content.add(part);
      }
    }
    parts.add(new ToolCall(id, call.name(), usable ? arguments : "{}", own(call.vendorData())));
    results.add(new ToolResult(id, content, result.failed() || !usable));
  }

  /** Adds the user's turn: the results of the turn before, then all else. */
  private void reply(Turns.Turn run, List<ToolResult> results) {
    List<Part> parts = new ArrayList<>(results);
    int given = 0;
    for (Part part : run.parts()) {
      if (part instanceof ToolResult) {
        given++;
      } else {
        parts.add(part);
      }
    }
    if (given > results.size()) {
      leftOut.add("a tool result without its call");
    }
    addTurn(false, parts);
  }

  private void addTurn(boolean model, List<Part> parts) {
    if (parts.isEmpty()) {
      return;
    }
    int last = turns.size() - 1;
    if (last < 0 || turns.get(last).model() != model) {
      turns.add(new Turns.Turn(model, parts));
      return;
    }
    List<Part> joined = new ArrayList<>(turns.get(last).parts());
    joined.addAll(parts);
    turns.set(last, new Turns.Turn(model, joined));
  }
}
