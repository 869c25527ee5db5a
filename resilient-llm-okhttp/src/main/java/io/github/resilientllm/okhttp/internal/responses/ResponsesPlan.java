package io.github.resilientllm.okhttp.internal.responses;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.Role;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.okhttp.internal.history.AskedFormat;
import io.github.resilientllm.okhttp.internal.history.Pairing;
import io.github.resilientllm.okhttp.internal.history.ToolIds;
import io.github.resilientllm.okhttp.internal.json.StrictSchema;
import io.github.resilientllm.okhttp.internal.models.OpenAiModel;
import io.github.resilientllm.okhttp.internal.openai.Traits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a request goes to a model behind the Responses API and what is left out: settled once, so
 * that what is written and what is said to be missing agree. Used by one thread.
 */
final class ResponsesPlan {
  /** The least that OpenAI takes as a bound; a smaller one is a 400. */
  static final int LEAST_OUTPUT = 16;

  private final ChatRequest request;
  private final Traits traits;
  private final OpenAiModel model;
  private final boolean inBackground;
  private final Map<String, Object> options;
  private final Set<String> leftOut = new LinkedHashSet<>();
  private final List<ResponsesInput.Item> input;
  private final @Nullable ReasoningEffort effort;

  ResponsesPlan(ChatRequest request, OpenAiModel model, Traits traits, boolean inBackground) {
    this.request = request;
    this.traits = traits;
    this.model = model;
    this.inBackground = inBackground;
    this.options = request.vendorOptions(traits.vendor);
    List<Message> paired =
        new ArrayList<>(Pairing.of(request, ToolIds.Form.WORD_OF_64, leftOut)); // of call_id
    ask(paired);
    boolean reasons = !model.efforts().isEmpty();
    this.input = new ResponsesHistory(traits.vendor, reasons, leftOut).of(paired);
    this.effort = settleEffort();
    if (!model.takesSampling(effort)) {
      say(request.temperature().isPresent(), "temperature");
      say(request.topP().isPresent(), "topP");
    }
    say(request.parallelToolCalls().isPresent() && !takesParallelCalls(), "parallel tool calls");
    say(!request.metadata().isEmpty() && !stores(), "metadata");
    say(
        request.maxOutputTokens().orElse(LEAST_OUTPUT) < LEAST_OUTPUT,
        "an output limit below " + LEAST_OUTPUT + " tokens");
    say(
        request.tools().stream().anyMatch(tool -> tool.strict() && !enforces(tool)),
        "strict tool parameters");
    leftOut.addAll(lacking(request));
  }

  /** Why it cannot serve the request, though it could if less was asked; empty if it can. */
  static Optional<String> obstacle(ChatRequest request, String vendor) {
    if (request.vendorOptions(vendor).containsKey("background")) {
      return Optional.of(
          "the vendor option \"background\" changes how answers are read; build the provider with"
              + " background()");
    }
    List<String> lacking = lacking(request);
    return lacking.isEmpty() || request.bestEffort()
        ? Optional.empty()
        : Optional.of("the Responses API of " + vendor + " lacks " + String.join(", ", lacking));
  }

  /** Options that the protocol lacks, for which there is nothing in their place. */
  private static List<String> lacking(ChatRequest request) {
    List<String> lacking = new ArrayList<>();
    if (request.seed().isPresent()) {
      lacking.add("seed");
    }
    if (request.logprobs().isPresent()) {
      lacking.add("logprobs"); // which it has in a form of its own
    }
    if (!request.stop().isEmpty()) {
      lacking.add("stop texts");
    }
    return lacking;
  }

  ChatRequest request() {
    return request;
  }

  Traits traits() {
    return traits;
  }

  /** What does not get into the body, a short phrase each. */
  List<String> leftOut() {
    return List.copyOf(leftOut);
  }

  /** The history, item by item; never empty. */
  List<ResponsesInput.Item> input() {
    return input;
  }

  OptionalDouble temperature() {
    return model.takesSampling(effort) ? request.temperature() : OptionalDouble.empty();
  }

  OptionalDouble topP() {
    return model.takesSampling(effort) ? request.topP() : OptionalDouble.empty();
  }

  OptionalInt maxOutputTokens() {
    return request.maxOutputTokens().isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(Math.max(LEAST_OUTPUT, request.maxOutputTokens().getAsInt()));
  }

  boolean takesParallelCalls() {
    return traits.takesParallelCalls && model.takesParallelCalls();
  }

  /** Whether the response runs at the vendor's by itself. */
  boolean inBackground() {
    return inBackground;
  }

  /** Whether the vendor keeps the response; not unless it has to, or the caller says so. */
  boolean stores() {
    return isOurs("store") ? inBackground : Boolean.TRUE.equals(options.get("store"));
  }

  /** Whether the caller leaves this field of the body to us. */
  boolean isOurs(String field) {
    return !options.containsKey(field);
  }

  /**
   * Whether the model's thoughts are to come encrypted, so that they can go back. Models that have
   * none refuse the wish; of a model that nobody knows, thoughts are to be expected only if it is
   * asked to reason.
   */
  boolean wantsThoughts() {
    boolean isAsked = effort != null && effort != ReasoningEffort.NONE;
    boolean reasons = !model.equals(OpenAiModel.UNKNOWN) && !model.efforts().isEmpty();
    return traits.sealsThoughts && isOurs("include") && (reasons || isAsked);
  }

  /** What is said of reasoning: the effort, and what the caller adds for this vendor. */
  Map<String, Object> reasoning() {
    Map<String, Object> reasoning = new LinkedHashMap<>();
    if (effort != null) {
      reasoning.put("effort", effort.name().toLowerCase(Locale.ROOT));
    }
    return withOption("reasoning", reasoning);
  }

  /** What the caller adds for this vendor to what is said of the text. */
  Map<String, Object> text() {
    return withOption("text", new LinkedHashMap<>());
  }

  /** The caller's fields for this vendor that are written as they are. */
  Map<String, Object> otherOptions() {
    Map<String, Object> others = new LinkedHashMap<>(options);
    others.keySet().removeIf(this::isMerged);
    return others;
  }

  /** Whether an answer is held to its schema. */
  boolean enforces(ResponseFormat.JsonSchema schema) {
    return schema.strict() && canEnforce(schema.schema());
  }

  /** Whether calls of a tool are held to its schema. */
  boolean enforces(Tool tool) {
    return tool.strict() && canEnforce(tool.parameters());
  }

  private boolean canEnforce(String schema) {
    return !traits.wantsClosedSchemas || StrictSchema.canEnforce(schema);
  }

  /** A field that both we and the caller may say something in. */
  private boolean isMerged(String field) {
    return (field.equals("reasoning") || field.equals("text"))
        && options.get(field) instanceof Map<?, ?>;
  }

  private Map<String, Object> withOption(String field, Map<String, Object> ours) {
    if (options.get(field) instanceof Map<?, ?> theirs) {
      theirs.forEach((name, value) -> ours.putIfAbsent(String.valueOf(name), value));
    }
    return ours;
  }

  private @Nullable ReasoningEffort settleEffort() {
    ReasoningEffort wanted = request.reasoningEffort().orElse(null);
    if (wanted == null) {
      return null;
    }
    if (model.efforts().isEmpty()) {
      say(wanted != ReasoningEffort.NONE, "reasoning effort");
      return null;
    }
    ReasoningEffort nearest = model.nearest(wanted);
    say(nearest != wanted, "reasoning effort " + wanted + ", the nearest is asked for");
    return nearest;
  }

  /** A wish for any JSON is refused where the word stands nowhere in the input. */
  private void ask(List<Message> into) {
    boolean mustSay =
        request.responseFormat() == ResponseFormat.json()
            && into.stream()
                .noneMatch(message -> message.text().toLowerCase(Locale.ROOT).contains("json"));
    if (!mustSay) {
      return;
    }
    int at = 0;
    while (at < into.size() && into.get(at).role() == Role.SYSTEM) {
      at++;
    }
    for (String text : AskedFormat.instructions(ResponseFormat.json())) {
      into.add(at++, Message.system(text));
    }
  }

  private void say(boolean isSo, String phrase) {
    if (isSo) {
      leftOut.add(phrase);
    }
  }
}
