package io.github.resilientllm.okhttp.internal.history;

import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.Role;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.internal.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The making of {@link Turns}; used once, by one thread. */
final class Alternation {
  private static final Part BEFORE_THE_MODEL = new Part.Text("(The conversation begins.)");
  private static final Part INSTEAD_OF_NOTHING = new Part.Text("Go ahead.");
  private static final Part BAD_ARGUMENTS =
      new Part.Text("The arguments of this tool call were not a JSON object.");

  private final String vendor;
  private final ToolIds ids;
  private final ToolNames names;
  private final Predicate<String> goesBack;
  private final List<Turns.Turn> turns = new ArrayList<>();
  private final Map<String, String> namesById = new LinkedHashMap<>();
  private final Set<String> failedIds = new HashSet<>(); // of calls with unusable arguments
  private final Set<String> leftOut = new LinkedHashSet<>();

  Alternation(String vendor, ToolIds ids, ToolNames names, Predicate<String> goesBack) {
    this.vendor = vendor;
    this.goesBack = goesBack;
    this.ids = ids;
    this.names = names;
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
    for (Message message :
        Pairing.of(messages.subList(start, messages.size()), ids, names, leftOut)) {
      addTurn(message.role() == Role.ASSISTANT, parts(message));
    }
    if (turns.isEmpty() || turns.get(0).model()) {
      Part filler = turns.isEmpty() ? INSTEAD_OF_NOTHING : BEFORE_THE_MODEL;
      turns.add(0, new Turns.Turn(false, List.of(filler)));
    }
    return new Turns(system, turns, namesById, leftOut);
  }

  private List<Part> parts(Message message) {
    Part verbatim = verbatim(message);
    if (verbatim != null) {
      return List.of(verbatim);
    }
    List<Part> parts = new ArrayList<>();
    StringBuilder thought = new StringBuilder(); // a block, which its vendor data ends
    for (Part part : message.parts()) {
      if (part instanceof Part.Text text) {
        addText(text, message.role() == Role.SYSTEM, parts);
      } else if (part instanceof Part.Reasoning reasoning) {
        thought.append(reasoning.text());
        addBlock(thought, reasoning.vendorData().orElse(null), parts);
      } else if (part instanceof ToolCall call) {
        parts.add(usable(call));
      } else if (part instanceof ToolResult result) {
        parts.add(readable(result));
      } else if (part instanceof Part.Verbatim) {
        leftOut.add("what tools of another vendor did, and citations");
      } else {
        parts.add(part);
      }
    }
    if (!thought.isEmpty()) {
      leftOut.add("reasoning without a signature");
    }
    while (!parts.isEmpty() && parts.get(parts.size() - 1) instanceof Part.Reasoning) {
      parts.remove(parts.size() - 1);
      leftOut.add("reasoning that led to nothing");
    }
    return parts;
  }

  /** An answer as this vendor sent it, which says all; null if there is none. */
  private @Nullable Part verbatim(Message message) {
    for (Part part : message.parts()) {
      if (part instanceof Part.Verbatim own
          && own.content().vendor().equals(vendor)
          && message.toolCalls().isEmpty()
          && goesBack.test(own.content().data())) {
        return own;
      }
    }
    return null;
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

  private ToolCall usable(ToolCall call) {
    namesById.put(call.id(), call.name());
    String arguments = call.arguments().isBlank() ? "{}" : call.arguments();
    if (!Json.isObject(arguments)) {
      leftOut.add("arguments that are no JSON object");
      failedIds.add(call.id());
      arguments = "{}";
    }
    return new ToolCall(call.id(), call.name(), arguments, own(call.vendorData().orElse(null)));
  }

  private ToolResult readable(ToolResult result) {
    List<Part> content = new ArrayList<>();
    boolean failed = failedIds.contains(result.callId());
    if (failed) {
      content.add(BAD_ARGUMENTS);
    }
    for (Part part : result.content()) {
      if (!(part instanceof Part.Text text && text.text().isBlank())) {
        content.add(part);
      }
    }
    return new ToolResult(result.callId(), content, result.failed() || failed);
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
