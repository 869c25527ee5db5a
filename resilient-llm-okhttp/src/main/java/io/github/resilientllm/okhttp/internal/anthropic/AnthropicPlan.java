package io.github.resilientllm.okhttp.internal.anthropic;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.okhttp.internal.history.CacheMarks;
import io.github.resilientllm.okhttp.internal.history.ForcedCall;
import io.github.resilientllm.okhttp.internal.history.ToolIds;
import io.github.resilientllm.okhttp.internal.history.Turns;
import io.github.resilientllm.okhttp.internal.json.Json;
import io.github.resilientllm.okhttp.internal.json.StrictSchema;
import io.github.resilientllm.okhttp.internal.models.Claude;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a request is put to a Claude model, decided before it is written. Used by one thread. */
final class AnthropicPlan {

  /** Whether the model is asked to think. */
  enum Thinking {
    /** Nothing is said; the model does what it does. */
    UNSAID,
    OFF,
    /** Off but for what stands between tool calls, which cannot be. */
    BETWEEN_TOOLS,
    BUDGET,
    ADAPTIVE
  }

  private static final int MIN_BUDGET = 1_024; // the vendor's
  private static final int USUAL_ANSWER = 16_384; // a whole answer may take 10 minutes at most

  private final ChatRequest request;
  private final Claude claude;
  private final boolean holdsToSchemas;
  private final Turns turns;
  private final CacheMarks marks;
  private final List<String> leftOut;
  private final Thinking thinking;
  private final int maxTokens;
  private final int budget;
  private final @Nullable Double temperature;
  private final @Nullable Double topP;

  /**
   * Decides.
   *
   * @param isVertex whether Google serves the model, who refused schemas for half a year after
   *     Anthropic took them: there they are asked for in words, and checked
   */
  AnthropicPlan(ChatRequest request, Claude claude, boolean isVertex) {
    this.request = request;
    this.claude = claude;
    this.holdsToSchemas = claude.obeysSchemas() && !isVertex;
    this.turns = turns(request);
    this.marks = CacheMarks.of(request, turns, AnthropicPlan::turns);
    this.leftOut = new ArrayList<>(turns.leftOut());
    int wanted = budgetFor(request.reasoningEffort().orElse(ReasoningEffort.NONE));
    int most = claude.maxOutputTokens() == 0 ? Integer.MAX_VALUE : claude.maxOutputTokens();
    this.maxTokens =
        request
            .maxOutputTokens()
            .orElse(
                Math.min(
                    most,
                    claude.thinking() == Claude.Thinking.BUDGET
                        ? USUAL_ANSWER + wanted
                        : USUAL_ANSWER));
    this.budget = Math.min(wanted, maxTokens - maxTokens / 4); // the rest is for the answer
    this.thinking = think();
    this.temperature = planTemperature();
    this.topP = planTopP();
    leaveOutTheRest();
  }

  /** A pause is gone on with, and what the vendor's tools did goes back, in its own words. */
  private static Turns turns(ChatRequest request) {
    return Turns.of(
        request,
        AnthropicProtocol.VENDOR,
        ToolIds.Form.WORD,
        data -> !Json.elements(data).isBlank());
  }

  /** Options that the model lacks, for which there is nothing in their place. */
  static List<String> lacking(ChatRequest request, Claude claude) {
    List<String> lacking = new ArrayList<>();
    if (request.seed().isPresent()) {
      lacking.add("seed");
    }
    if (request.logprobs().isPresent()) {
      lacking.add("logprobs");
    }
    if (request.stop().size() > Claude.stops(request).size()) {
      lacking.add("stop texts of only white space");
    }
    boolean wantsThought =
        request.reasoningEffort().filter(e -> e != ReasoningEffort.NONE).isPresent();
    if (wantsThought && claude.thinking() == Claude.Thinking.NONE) {
      lacking.add("reasoning effort");
    }
    return lacking;
  }

  ChatRequest request() {
    return request;
  }

  Claude claude() {
    return claude;
  }

  Turns turns() {
    return turns;
  }

  /** Where the vendor is told to keep what it has read. */
  CacheMarks marks() {
    return marks;
  }

  /** What does not get into the body, a short phrase each. */
  List<String> leftOut() {
    return leftOut;
  }

  Thinking thinking() {
    return thinking;
  }

  /** The tokens to think with; only where thinking is by budget. */
  int budget() {
    return budget;
  }

  int maxTokens() {
    return maxTokens;
  }

  @Nullable Double temperature() {
    return temperature;
  }

  @Nullable Double topP() {
    return topP;
  }

  /** The schema that the vendor enforces; empty where it is only asked for, or there is none. */
  Optional<ResponseFormat.JsonSchema> enforcedSchema() {
    return request.responseFormat() instanceof ResponseFormat.JsonSchema schema
            && holdsToSchemas
            && StrictSchema.canEnforce(schema.schema())
        ? Optional.of(schema)
        : Optional.empty();
  }

  /** Whether the vendor holds calls of a tool to its schema. */
  boolean enforces(Tool tool) {
    return tool.strict() && holdsToSchemas && StrictSchema.canEnforce(tool.parameters());
  }

  /** Whether the conversation ends with an answer that the model cannot just go on with. */
  boolean mustBeToldToGoOn() {
    boolean thinks = thinking == Thinking.BUDGET || thinking == Thinking.ADAPTIVE;
    List<Part> last = turns.turns().get(turns.turns().size() - 1).parts();
    if (last.get(last.size() - 1) instanceof Part.Verbatim) {
      return false; // it was paused
    }
    return turns.endWithModel() && (thinks || !claude.continuesAnswers());
  }

  /** Whether the model is to drop those of its thoughts that no longer fit what precedes them. */
  boolean hasBoundThoughts() {
    boolean unsaid =
        thinking == Thinking.UNSAID
            && !request.vendorOptions(AnthropicProtocol.VENDOR).containsKey("thinking");
    return claude.bindsThoughts()
        && (unsaid || thinking == Thinking.ADAPTIVE)
        && turns.turns().stream()
            .flatMap(turn -> turn.parts().stream())
            .anyMatch(part -> part instanceof Part.Reasoning);
  }

  private Thinking think() {
    if (request.reasoningEffort().isEmpty() || claude.thinking() == Claude.Thinking.NONE) {
      return Thinking.UNSAID;
    }
    boolean adaptive = claude.thinking() == Claude.Thinking.ADAPTIVE;
    boolean mustSay = adaptive && !claude.thinksAlways(); // with a budget, off is the default
    Thinking quiet = claude.thinksBetweenTools() ? Thinking.BETWEEN_TOOLS : Thinking.OFF;
    Thinking off = mustSay ? quiet : Thinking.UNSAID;
    if (request.reasoningEffort().get() == ReasoningEffort.NONE) {
      if (claude.thinksAlways()) {
        leftOut.add("reasoning effort NONE, for it always thinks");
      }
      return off;
    }
    if (isAmidToolCallsWithoutThought()) {
      leftOut.add("reasoning effort, amid tool calls that another vendor began");
      return off;
    }
    if (adaptive) {
      boolean extra = request.reasoningEffort().get() == ReasoningEffort.XHIGH;
      if (extra && !claude.hasExtraHighEffort()) {
        leftOut.add("reasoning effort above high");
      }
      return Thinking.ADAPTIVE;
    }
    if (ForcedCall.in(request).isPresent()) {
      leftOut.add("reasoning effort, beside a forced tool call");
      return off;
    }
    if (budget < MIN_BUDGET) {
      leftOut.add("reasoning effort, for which the output limit has no room");
      return off;
    }
    return Thinking.BUDGET;
  }

  /** With thinking on, the vendor refuses a round of tool calls that did not begin with thought. */
  private boolean isAmidToolCallsWithoutThought() {
    List<Turns.Turn> all = turns.turns();
    int first = all.size() - 1;
    while (first >= 2 && all.get(first).parts().get(0) instanceof ToolResult) {
      first -= 2;
    }
    boolean amid = first < all.size() - 1;
    return amid && !(all.get(first + 1).parts().get(0) instanceof Part.Reasoning);
  }

  private static int budgetFor(ReasoningEffort effort) {
    return switch (effort) {
      case NONE -> 0;
      case MINIMAL -> MIN_BUDGET;
      case LOW -> 2_048;
      case MEDIUM -> 8_192;
      case HIGH -> 16_384;
      case XHIGH -> 24_576;
      case MAX -> 32_768;
    };
  }

  private @Nullable Double planTemperature() {
    if (request.temperature().isEmpty()) {
      return null;
    }
    if (!claude.takesSampling() || thinking == Thinking.BUDGET || thinking == Thinking.ADAPTIVE) {
      leftOut.add("temperature");
      return null;
    }
    double wanted = request.temperature().getAsDouble();
    if (wanted > 1) {
      leftOut.add("temperature above 1");
    }
    return Math.min(wanted, 1);
  }

  private @Nullable Double planTopP() {
    if (request.topP().isEmpty()) {
      return null;
    }
    boolean thinks = thinking == Thinking.BUDGET || thinking == Thinking.ADAPTIVE;
    boolean second = temperature != null && !claude.takesSamplingTwice();
    if (!claude.takesSampling() || thinks || second) {
      leftOut.add("topP");
      return null;
    }
    return request.topP().getAsDouble();
  }

  private void leaveOutTheRest() {
    leftOut.addAll(lacking(request, claude));
    if (request.metadata().keySet().stream().anyMatch(key -> !key.equals("user_id"))) {
      leftOut.add("metadata other than user_id");
    }
    if (request.tools().stream().anyMatch(tool -> tool.strict() && !enforces(tool))) {
      leftOut.add("strict tool parameters");
    }
  }
}
