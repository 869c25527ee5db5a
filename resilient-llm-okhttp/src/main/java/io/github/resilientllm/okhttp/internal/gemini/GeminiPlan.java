package io.github.resilientllm.okhttp.internal.gemini;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolChoice;
import io.github.resilientllm.okhttp.internal.history.AskedFormat;
import io.github.resilientllm.okhttp.internal.history.ToolIds;
import io.github.resilientllm.okhttp.internal.history.Turns;
import io.github.resilientllm.okhttp.internal.models.GeminiModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What of a request goes to a Gemini and what is left out: settled once, so that what is written
 * and what is said to be missing agree. Used by one thread.
 */
final class GeminiPlan {
  private static final int MAX_LABELS = 64;

  private final ChatRequest request;
  private final GeminiModel model;
  private final boolean isVertex;
  private final Turns turns;

  /**
   * A plan for one model.
   *
   * @param isVertex whether the request goes to Vertex, which alone has labels, and takes no ids
   */
  GeminiPlan(ChatRequest request, GeminiModel model, boolean isVertex) {
    this.request = request;
    this.model = model;
    this.isVertex = isVertex;
    this.turns =
        Turns.of(request, GeminiProtocol.VENDOR, ToolIds.Form.ANY, GeminiContent::goesBack);
  }

  /** What does not get into the request, a short phrase each. */
  List<String> leftOut() {
    List<String> phrases = new ArrayList<>(turns.leftOut());
    phrases.addAll(GeminiObstacles.lacking(request, model));
    ReasoningEffort effort = request.reasoningEffort().orElse(null);
    if (effort != null && model.thinks() && !model.canThink(effort)) {
      phrases.add("reasoningEffort " + effort + ", the nearest is asked for");
    }
    if (!model.thinks() && request.tools().stream().anyMatch(Tool::strict)) {
      phrases.add("strict tool parameters");
    }
    if (!request.metadata().isEmpty() && labels().isEmpty()) {
      phrases.add("metadata");
    }
    return phrases;
  }

  /** The history; what tools of the vendor's own did goes back as it came. */
  Turns turns() {
    return turns;
  }

  GeminiModel model() {
    return model;
  }

  /** Whether calls and results have ids; Vertex refuses them, and goes by order. */
  boolean hasIds() {
    return !isVertex;
  }

  /** The instructions, with the answer's shape in words where the model is not held to it. */
  List<String> system() {
    List<String> texts = new ArrayList<>(turns.system());
    if (!enforcesFormat()) {
      texts.addAll(AskedFormat.instructions(request.responseFormat()));
    }
    return texts;
  }

  /** Whether the vendor holds the answer to its format; older models do not beside tools. */
  boolean enforcesFormat() {
    return request.responseFormat() != ResponseFormat.text()
        && (model.isModern() || request.tools().isEmpty());
  }

  /** The texts to stop at, as many as are taken. */
  List<String> stops() {
    List<String> stops = request.stop();
    return stops.subList(0, Math.min(stops.size(), GeminiObstacles.MAX_STOPS));
  }

  /** Empty if none is to be sent. */
  OptionalLong seed() {
    return GeminiObstacles.takesSeed(request) ? request.seed() : OptionalLong.empty();
  }

  /** Metadata as labels; empty where there are none, or not all of it is as Google wants them. */
  Map<String, String> labels() {
    Map<String, String> metadata = request.metadata();
    boolean fits =
        isVertex
            && metadata.size() <= MAX_LABELS
            && metadata.keySet().stream().allMatch(key -> key.matches("[a-z][a-z0-9_-]{0,62}"))
            && metadata.values().stream().allMatch(value -> value.matches("[a-z0-9_-]{0,63}"));
    return fits ? metadata : Map.of();
  }

  /** How functions are called; empty if nothing needs to be said. */
  Map<String, Object> functionCalling() {
    ToolChoice choice = request.toolChoice().orElse(ToolChoice.auto());
    return switch (choice.mode()) {
      case AUTO -> {
        if (model.thinks() && request.tools().stream().anyMatch(Tool::strict)) {
          yield Map.of("mode", "VALIDATED"); // as free as AUTO, but held to the schemas
        }
        yield request.toolChoice().isPresent() ? Map.of("mode", "AUTO") : Map.of();
      }
      case NONE -> Map.of("mode", "NONE");
      case REQUIRED -> Map.of("mode", "ANY");
      case TOOL -> {
        Map<String, Object> calling = new LinkedHashMap<>();
        calling.put("mode", "ANY");
        calling.put("allowedFunctionNames", List.of(choice.toolName().orElseThrow()));
        yield calling;
      }
    };
  }

  /**
   * How the model is told to think; empty if nothing needs to be said.
   *
   * @param streaming whether the answer comes as a stream, of which nothing would be heard until
   *     the thinking is done
   */
  Map<String, Object> thinking(boolean streaming) {
    Map<String, Object> config = new LinkedHashMap<>();
    ReasoningEffort effort = request.reasoningEffort().orElse(null);
    if (model.thinks() && effort != null) {
      config.putAll(model.thinking(effort));
    }
    boolean thinks =
        effort == null
            ? model.thinksUnasked()
            : model.thinks() && effort.compareTo(ReasoningEffort.MINIMAL) > 0;
    if (streaming && thinks && !callerSaysHowToThink()) {
      config.put("includeThoughts", true);
    }
    return config;
  }

  /** Thoughts are refused where the caller switches thinking off in the vendor's own words. */
  private boolean callerSaysHowToThink() {
    return request.vendorOptions(GeminiProtocol.VENDOR).get("generationConfig")
            instanceof Map<?, ?> theirs
        && theirs.containsKey("thinkingConfig");
  }
}
