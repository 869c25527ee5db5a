package io.github.resilientllm.okhttp.internal.bedrock;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolChoice;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.internal.history.AskedFormat;
import io.github.resilientllm.okhttp.internal.history.CacheMarks;
import io.github.resilientllm.okhttp.internal.history.ForcedCall;
import io.github.resilientllm.okhttp.internal.history.ToolIds;
import io.github.resilientllm.okhttp.internal.history.Turns;
import io.github.resilientllm.okhttp.internal.json.StrictSchema;
import io.github.resilientllm.okhttp.internal.models.Claude;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What of a request goes to a model on Bedrock and what is left out: settled once, so that what is
 * written and what is said to be missing agree. Used by one thread.
 */
final class BedrockPlan {
  private static final double MAX_TEMPERATURE = 1;
  private static final int MAX_METADATA = 16;
  private static final Pattern METADATA_KEY = Pattern.compile("[a-zA-Z0-9\\s:_@$#=/+,.-]{1,256}");
  private static final Pattern METADATA_VALUE = Pattern.compile("[a-zA-Z0-9\\s:_@$#=/+,.-]{0,256}");

  private final ChatRequest request;
  private final BedrockModel model;
  private final Turns turns;
  private final CacheMarks marks;
  private final Set<String> leftOut;
  private final Map<String, Object> extraFields = new LinkedHashMap<>();
  private final Map<String, String> metadata = new TreeMap<>();
  private OptionalDouble temperature;
  private OptionalDouble topP;

  BedrockPlan(ChatRequest request, BedrockModel model) {
    this.request = request;
    this.model = model;
    this.turns = turns(request, model);
    this.leftOut = new LinkedHashSet<>(turns.leftOut());
    this.marks = settleMarks();
    this.temperature = request.temperature();
    this.topP = request.topP();
    leftOut.addAll(BedrockObstacles.lacking(request, model));
    if (request.tools().stream().anyMatch(tool -> tool.strict() && !enforces(tool))) {
      leftOut.add("strict tool parameters");
    }
    settleReasoning();
    settleSampling();
    settleParallelCalls();
    settleMetadata();
  }

  /** What does not get into the request, a short phrase each. */
  List<String> leftOut() {
    return List.copyOf(leftOut);
  }

  Turns turns() {
    return turns;
  }

  /** Where the model is told to keep what it has read. */
  CacheMarks marks() {
    return marks;
  }

  /** Whether such a mark stands after the tools. */
  boolean marksTools() {
    return marks.afterInstructions()
        && system().isEmpty()
        && model.caching() == BedrockModel.Caching.EVERYWHERE;
  }

  /** The instructions, with the answer's shape in words where the model is not held to it. */
  List<String> system() {
    List<String> texts = new ArrayList<>(turns.system());
    if (enforcedSchema().isEmpty()) {
      texts.addAll(AskedFormat.instructions(request.responseFormat()));
    }
    return texts;
  }

  /** The schema that the model is held to; empty where it is only asked for, or there is none. */
  Optional<ResponseFormat.JsonSchema> enforcedSchema() {
    return request.responseFormat() instanceof ResponseFormat.JsonSchema schema
            && model.capabilities().jsonSchema()
            && StrictSchema.canEnforce(schema.schema())
        ? Optional.of(schema)
        : Optional.empty();
  }

  /** Whether the model is held to the schema of a tool when it calls it. */
  boolean enforces(Tool tool) {
    return tool.strict()
        && model.capabilities().jsonSchema()
        && StrictSchema.canEnforce(tool.parameters());
  }

  /** Whether the conversation ends with an answer that the model cannot just go on with. */
  boolean mustBeToldToGoOn() {
    List<Part> last = turns.turns().get(turns.turns().size() - 1).parts();
    boolean continues =
        model.isClaude()
            && !model.effort().isAdaptive()
            && !(last.get(last.size() - 1) instanceof Part.Verbatim);
    return turns.endWithModel() && (!continues || extraFields.containsKey("thinking"));
  }

  /** The texts to stop at. */
  List<String> stops() {
    return model.isClaude() ? Claude.stops(request) : request.stop();
  }

  /** From 0 to 1; empty if none is to be sent. */
  OptionalDouble temperature() {
    return temperature;
  }

  OptionalDouble topP() {
    return topP;
  }

  /** The fields for the model that Converse itself does not know. */
  Map<String, Object> extraFields() {
    return extraFields;
  }

  Map<String, String> metadata() {
    return metadata;
  }

  /** Whether the model is to know of the request's tools. */
  boolean offersTools() {
    return !request.tools().isEmpty()
        && request.toolChoice().filter(c -> c.mode() == ToolChoice.Mode.NONE).isEmpty();
  }

  /** Whether there are calls in the history but no tools to offer, which Bedrock refuses. */
  boolean needsPlaceholder() {
    return !offersTools()
        && !request.vendorOptions(BedrockProtocol.VENDOR).containsKey("toolConfig")
        && (!turns.toolNames().isEmpty() || speaksOfServersTools());
  }

  private boolean speaksOfServersTools() {
    return turns.turns().stream()
        .flatMap(turn -> turn.parts().stream())
        .anyMatch(
            part ->
                part instanceof Part.Verbatim verbatim
                    && BedrockContent.speaksOfTools(verbatim.content().data()));
  }

  /** A signature that this model can read; null for that of another maker's model. */
  @Nullable BedrockSignature signature(Part.Reasoning reasoning) {
    VendorData data = reasoning.vendorData().orElse(null);
    BedrockSignature signature = data == null ? null : BedrockSignature.parse(data.data());
    return signature != null && signature.maker().equals(model.maker()) ? signature : null;
  }

  private CacheMarks settleMarks() {
    if (model.caching() == BedrockModel.Caching.NOWHERE) {
      if (!request.promptCaching().isOff()) {
        leftOut.add("prompt caching, which is not known of this model");
      }
      return CacheMarks.NONE;
    }
    return CacheMarks.of(request, turns, earlier -> turns(earlier, model));
  }

  private static Turns turns(ChatRequest request, BedrockModel model) {
    return Turns.of(
        request,
        BedrockProtocol.VENDOR,
        ToolIds.Form.WORD_OF_64,
        verbatim -> BedrockContent.goesBack(verbatim, model.maker()));
  }

  private void settleReasoning() {
    for (Turns.Turn turn : turns.turns()) {
      for (Part part : turn.parts()) {
        if (part instanceof Part.Reasoning reasoning && signature(reasoning) == null) {
          leftOut.add("reasoning of another maker's model");
        }
      }
    }
    ReasoningEffort effort = request.reasoningEffort().orElse(null);
    if (effort != null && model.effort().lacks(effort)) {
      leftOut.add("reasoning effort above high");
    }
    if (effort == ReasoningEffort.NONE && model.effort() == BedrockEffort.ADAPTIVE_ALWAYS) {
      leftOut.add("reasoning effort NONE, for it always thinks");
    }
    if (effort == null || BedrockObstacles.mustCallBeforeThinking(request, model)) {
      return;
    }
    if (model.effort() == BedrockEffort.BUDGET && isInThoughtlessLoop()) {
      if (effort != ReasoningEffort.NONE) {
        leftOut.add("reasoning effort, amid tool calls that began without reasoning");
      }
      return;
    }
    model.effort().fields(effort, request.maxOutputTokens()).ifPresent(extraFields::putAll);
  }

  /** Whether results are sent for calls that no reasoning stands before: Claude refuses both. */
  private boolean isInThoughtlessLoop() {
    List<Turns.Turn> all = turns.turns();
    if (all.size() < 2 || !(all.get(all.size() - 1).parts().get(0) instanceof ToolResult)) {
      return false;
    }
    Part first = all.get(all.size() - 2).parts().get(0);
    return !(first instanceof Part.Reasoning reasoning) || signature(reasoning) == null;
  }

  private void settleSampling() {
    boolean excluded =
        !extraFields.isEmpty()
            && model.effort().excludesSampling(request.reasoningEffort().orElseThrow());
    if (excluded || model.sampling() == BedrockModel.Sampling.NEITHER) {
      dropTemperature();
      dropTopP();
    } else if (model.sampling() == BedrockModel.Sampling.ONE && temperature.isPresent()) {
      dropTopP();
    }
    if (temperature.isPresent() && temperature.getAsDouble() > MAX_TEMPERATURE) {
      temperature = OptionalDouble.of(MAX_TEMPERATURE);
      leftOut.add("temperature above 1");
    }
  }

  private void dropTemperature() {
    if (temperature.isPresent()) {
      temperature = OptionalDouble.empty();
      leftOut.add("temperature");
    }
  }

  private void dropTopP() {
    if (topP.isPresent()) {
      topP = OptionalDouble.empty();
      leftOut.add("topP");
    }
  }

  /** Claude's own switch. Beside a choice of Converse's it must not choose as well. */
  private void settleParallelCalls() {
    boolean single = request.parallelToolCalls().filter(parallel -> !parallel).isPresent();
    if (!single || !offersTools() || !model.isClaude()) {
      return;
    }
    boolean forced = ForcedCall.in(request).isPresent();
    extraFields.put(
        "tool_choice",
        forced
            ? Map.of("disable_parallel_tool_use", true)
            : Map.of("type", "auto", "disable_parallel_tool_use", true));
  }

  private void settleMetadata() {
    new TreeMap<>(request.metadata())
        .forEach(
            (key, value) -> {
              boolean fits =
                  metadata.size() < MAX_METADATA
                      && METADATA_KEY.matcher(key).matches()
                      && METADATA_VALUE.matcher(value).matches();
              if (fits) {
                metadata.put(key, value);
              } else {
                leftOut.add("metadata that does not fit");
              }
            });
  }
}
