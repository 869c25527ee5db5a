package io.github.resilientllm.okhttp.internal.gemini;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolChoice;
import io.github.resilientllm.okhttp.internal.history.AskedFormat;
import io.github.resilientllm.okhttp.internal.history.Turns;
import io.github.resilientllm.okhttp.internal.json.JsonBody;
import io.github.resilientllm.okhttp.internal.json.UnwritableRequest;
import io.github.resilientllm.okhttp.internal.models.GeminiModel;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import okio.ByteString;

/** Writes a request as the body of {@code generateContent}; that of a stream is the same. */
final class GeminiWriter {
  private final ChatRequest request;
  private final Way way;
  private final GeminiModel model;
  private final Map<String, Object> options; // what is left of the caller's own fields
  private final JsonBody body;
  private final JsonGenerator json;

  /**
   * Where a request goes, and how.
   *
   * @param isVertex whether it goes to Vertex, which takes no ids of calls
   * @param streaming whether the answer is to come as a stream
   * @param labels whether metadata goes along as labels
   */
  record Way(GeminiModel model, boolean isVertex, boolean streaming, boolean labels) {}

  private GeminiWriter(ChatRequest request, Way way, JsonBody body) {
    this.request = request;
    this.way = way;
    this.model = way.model();
    this.options = new LinkedHashMap<>(request.vendorOptions(GeminiProtocol.VENDOR));
    this.body = body;
    this.json = body.json();
  }

  /**
   * The whole body.
   *
   * @throws ProviderException of kind {@code INVALID_REQUEST} if the request holds what JSON cannot
   */
  static ByteString write(ChatRequest request, Way way) throws ProviderException {
    return JsonBody.write(
        GeminiProtocol.VENDOR, body -> new GeminiWriter(request, way, body).body());
  }

  private void body() throws IOException {
    Turns turns = GeminiHistory.turns(request);
    boolean enforced = GeminiObstacles.enforcesFormat(request, model);
    List<String> system = new ArrayList<>(turns.system());
    if (!enforced) {
      system.addAll(AskedFormat.instructions(request.responseFormat()));
    }
    if (!system.isEmpty()) {
      body.name("systemInstruction");
      List<Map<String, String>> parts = system.stream().map(text -> Map.of("text", text)).toList();
      body.value("systemInstruction", Map.of("parts", parts));
    }
    body.name("contents");
    new GeminiHistory(body, turns, model, !way.isVertex()).write();
    if (!request.tools().isEmpty()) {
      tools();
    }
    object("toolConfig", toolConfig());
    generationConfig(enforced);
    if (way.labels() && !request.metadata().isEmpty()) {
      body.name("labels");
      body.value("labels", request.metadata());
    }
    body.vendorOptions(options);
  }

  private void tools() throws IOException {
    body.name("tools");
    json.writeStartArray();
    json.writeStartObject();
    json.writeArrayFieldStart("functionDeclarations");
    for (Tool tool : request.tools()) {
      json.writeStartObject();
      json.writeStringField("name", tool.name());
      if (!tool.description().isEmpty()) {
        json.writeStringField("description", tool.description());
      }
      json.writeFieldName("parametersJsonSchema");
      body.object(tool.parameters(), "the parameters of the tool \"" + tool.name() + "\"");
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndArray();
  }

  private Map<String, Object> toolConfig() {
    Map<String, Object> calling = new LinkedHashMap<>();
    ToolChoice choice = request.toolChoice().orElse(ToolChoice.auto());
    switch (choice.mode()) {
      case AUTO -> {
        if (model.thinks() && request.tools().stream().anyMatch(Tool::strict)) {
          calling.put("mode", "VALIDATED"); // as free as AUTO, but held to the schemas
        } else if (request.toolChoice().isPresent()) {
          calling.put("mode", "AUTO");
        }
      }
      case NONE -> calling.put("mode", "NONE");
      case REQUIRED -> calling.put("mode", "ANY");
      case TOOL -> {
        calling.put("mode", "ANY");
        calling.put("allowedFunctionNames", List.of(choice.toolName().orElseThrow()));
      }
    }
    Map<String, Object> config = new LinkedHashMap<>();
    if (!calling.isEmpty()) {
      config.put("functionCallingConfig", calling);
    }
    return config;
  }

  private void generationConfig(boolean enforced) throws IOException {
    Map<String, Object> config = new LinkedHashMap<>();
    request.maxOutputTokens().ifPresent(tokens -> config.put("maxOutputTokens", tokens));
    request.temperature().ifPresent(temperature -> config.put("temperature", temperature));
    request.topP().ifPresent(topP -> config.put("topP", topP));
    if (!request.stop().isEmpty()) {
      List<String> stop = request.stop();
      int count = Math.min(stop.size(), GeminiObstacles.MAX_STOPS);
      config.put("stopSequences", stop.subList(0, count));
    }
    if (request.seed().isPresent() && GeminiObstacles.takesSeed(request)) {
      config.put("seed", request.seed().getAsLong());
    }
    if (request.logprobs().isPresent()) {
      config.put("responseLogprobs", true);
      config.put("logprobs", request.logprobs().getAsInt());
    }
    Map<String, Object> thinking = thinking();
    if (!thinking.isEmpty()) {
      config.put("thinkingConfig", thinking);
    }
    if (enforced) {
      config.put("responseMimeType", "application/json");
    }
    if (enforced && request.responseFormat() instanceof ResponseFormat.JsonSchema schema) {
      config.put("responseJsonSchema", schema);
    }
    object("generationConfig", config);
  }

  private Map<String, Object> thinking() {
    Map<String, Object> config = new LinkedHashMap<>();
    ReasoningEffort effort = request.reasoningEffort().orElse(null);
    if (model.thinks() && effort != null) {
      config.putAll(model.thinking(effort));
    }
    boolean thinks =
        effort == null
            ? model.thinksUnasked()
            : model.thinks() && effort.compareTo(ReasoningEffort.MINIMAL) > 0;
    if (way.streaming() && thinks && !callerSaysHowToThink()) {
      config.put("includeThoughts", true); // else nothing is heard until the thinking is done
    }
    return config;
  }

  /** Thoughts are refused where the caller switches thinking off in the vendor's own words. */
  private boolean callerSaysHowToThink() {
    return options.get("generationConfig") instanceof Map<?, ?> theirs
        && theirs.containsKey("thinkingConfig");
  }

  /** Writes an object of the body with what the caller adds to it, unless it is empty. */
  private void object(String name, Map<String, Object> fields) throws IOException {
    Object more = options.remove(name);
    if (more != null) {
      join(name, fields, more);
    }
    if (fields.isEmpty()) {
      return;
    }
    body.name(name);
    json.writeStartObject();
    for (Map.Entry<String, Object> field : fields.entrySet()) {
      json.writeFieldName(field.getKey());
      if (field.getValue() instanceof ResponseFormat.JsonSchema schema) {
        body.object(schema.schema(), "the contents of the schema \"" + schema.name() + "\"");
      } else {
        body.value(name, field.getValue());
      }
    }
    json.writeEndObject();
  }

  /** Adds the caller's fields to ours, at any depth; none may say what ours say. */
  @SuppressWarnings("unchecked") // all maps in here have text keys
  private static void join(String name, Map<String, Object> ours, Object theirs)
      throws UnwritableRequest {
    if (!(theirs instanceof Map<?, ?> fields)) {
      throw new UnwritableRequest("the vendor option \"" + name + "\" is not a map");
    }
    for (Map.Entry<?, ?> field : fields.entrySet()) {
      String key = String.valueOf(field.getKey());
      Object known = ours.get(key);
      if (known instanceof Map<?, ?>) {
        join(name + "." + key, (Map<String, Object>) known, field.getValue());
      } else if (known != null) {
        throw new UnwritableRequest(
            "the vendor option \"" + name + "." + key + "\" repeats a field of the request");
      } else {
        ours.put(key, field.getValue());
      }
    }
  }
}
