package io.github.resilientllm.okhttp.internal.history;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A request's history as turns that alternate between user and model and start with the user, the
 * only form that Anthropic, Gemini and Bedrock take.
 *
 * <p>Every tool call in it has its result at the start of the next turn and every result its call.
 * Ids are unique and in the vendor's alphabet, names of tools are legal, arguments are JSON
 * objects, no text is blank, and all reasoning and vendor data is this vendor's. Instructions after
 * the first other message are user text between {@code <system>} tags. Immutable.
 */
public final class Turns {

  /**
   * What one side says before the other one speaks.
   *
   * @param model whether it is the model that speaks, and not the user
   * @param parts never empty. The model's: text, {@link ToolCall}, {@link Part.Verbatim} of this
   *     vendor and {@link Part.Reasoning} with vendor data, never last. The user's: first the
   *     {@link ToolResult}s in the order of their calls, then texts and images
   */
  public record Turn(boolean model, List<Part> parts) {
    public Turn {
      parts = List.copyOf(parts);
    }
  }

  private static final Turn GO_ON =
      new Turn(
          false,
          List.of(
              new Part.Text(
                  "Go on with your last message from exactly where it ends, and repeat nothing of"
                      + " it.")));

  private final List<String> system;
  private final List<Turn> turns;
  private final Map<String, String> namesById;
  private final List<String> leftOut;

  Turns(
      List<String> system,
      List<Turn> turns,
      Map<String, String> namesById,
      Collection<String> leftOut) {
    this.system = List.copyOf(system);
    this.turns = List.copyOf(turns);
    this.namesById = new LinkedHashMap<>(namesById); // in the order of the calls
    this.leftOut = List.copyOf(leftOut);
  }

  /** The same for a vendor that takes no answer as it came. */
  public static Turns of(ChatRequest request, String vendor, ToolIds.Form ids) {
    return of(request, vendor, ids, data -> false);
  }

  /**
   * The history of a request as this vendor takes it.
   *
   * @param vendor whose reasoning is kept
   * @param ids the tool call ids that the vendor takes
   * @param goesBack whether the vendor takes an answer of its own as it came, of the text that
   *     keeps it
   */
  public static Turns of(
      ChatRequest request, String vendor, ToolIds.Form ids, Predicate<String> goesBack) {
    return new Alternation(vendor, ToolIds.of(request, ids), ToolNames.of(request), goesBack)
        .turns(request.messages());
  }

  /** The instructions before the first other message, in order, none blank; empty for none. */
  public List<String> system() {
    return system;
  }

  /** The turns, at least one; the first is the user's. */
  public List<Turn> turns() {
    return turns;
  }

  /** Whether the last word is the model's, which it then is to continue. */
  public boolean endWithModel() {
    return turns.get(turns.size() - 1).model();
  }

  /**
   * The turns for a model to answer. An answer that is to be continued does not end with white
   * space, which vendors refuse.
   *
   * @param goOn whether it must be told to go on, where it does not by itself
   */
  public List<Turn> toAnswer(boolean goOn) {
    if (!endWithModel()) {
      return turns;
    }
    List<Turn> all = new ArrayList<>(turns);
    List<Part> parts = new ArrayList<>(all.remove(all.size() - 1).parts());
    if (parts.get(parts.size() - 1) instanceof Part.Text text) {
      parts.set(parts.size() - 1, new Part.Text(text.text().stripTrailing()));
    }
    all.add(new Turn(true, parts));
    if (goOn) {
      all.add(GO_ON);
    }
    return all;
  }

  /** The name of the tool that a call of these turns calls, by the call's id. */
  public String toolName(String callId) {
    return Objects.requireNonNull(namesById.get(callId), "no call of these turns");
  }

  /**
   * The names of all tools that are called in these turns, in that order, for vendors that want
   * them declared.
   */
  public Set<String> toolNames() {
    return new LinkedHashSet<>(namesById.values());
  }

  /** What of the history is not in here, a short phrase each, without content; empty for all. */
  public List<String> leftOut() {
    return leftOut;
  }
}
