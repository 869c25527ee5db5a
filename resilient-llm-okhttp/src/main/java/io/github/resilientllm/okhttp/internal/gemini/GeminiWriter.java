package io.github.resilientllm.okhttp.internal.gemini;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.okhttp.internal.json.JsonBody;
import io.github.resilientllm.okhttp.internal.json.UnwritableRequest;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import okio.ByteString;

/** Writes a request as the body of {@code generateContent}; that of a stream is the same. */
final class GeminiWriter {
  private final ChatRequest request;
  private final GeminiPlan plan;
  private final boolean streaming;
  private final Map<String, Object> options; // what is left of the caller's own fields
  private final JsonBody body;
  private final JsonGenerator json;

  private GeminiWriter(ChatRequest request, GeminiPlan plan, boolean streaming, JsonBody body) {
    this.request = request;
    this.plan = plan;
    this.streaming = streaming;
    this.options = new LinkedHashMap<>(request.vendorOptions(GeminiProtocol.VENDOR));
    this.body = body;
    this.json = body.json();
  }

  /**
   * The whole body.
   *
   * @param plan for this request
   * @param streaming whether the answer is to come as a stream
   * @throws ProviderException of kind {@code INVALID_REQUEST} if the request holds what JSON cannot
   */
  static ByteString write(ChatRequest request, GeminiPlan plan, boolean streaming)
      throws ProviderException {
    return JsonBody.write(
        GeminiProtocol.VENDOR, body -> new GeminiWriter(request, plan, streaming, body).body());
  }

  private void body() throws IOException {
    List<String> system = plan.system();
    if (!system.isEmpty()) {
      body.name("systemInstruction");
      List<Map<String, String>> parts = system.stream().map(text -> Map.of("text", text)).toList();
      body.value("systemInstruction", Map.of("parts", parts));
    }
    body.name("contents");
    new GeminiHistory(body, plan).write();
    if (!request.tools().isEmpty()) {
      tools();
    }
    Map<String, Object> toolConfig = new LinkedHashMap<>();
    if (!plan.functionCalling().isEmpty()) {
      toolConfig.put("functionCallingConfig", new LinkedHashMap<>(plan.functionCalling()));
    }
    object("toolConfig", toolConfig);
    generationConfig();
    if (!plan.labels().isEmpty()) {
      body.name("labels");
      body.value("labels", plan.labels());
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

  private void generationConfig() throws IOException {
    Map<String, Object> config = new LinkedHashMap<>();
    request.maxOutputTokens().ifPresent(tokens -> config.put("maxOutputTokens", tokens));
    request.temperature().ifPresent(temperature -> config.put("temperature", temperature));
    request.topP().ifPresent(topP -> config.put("topP", topP));
    if (!plan.stops().isEmpty()) {
      config.put("stopSequences", plan.stops());
    }
    plan.seed().ifPresent(seed -> config.put("seed", seed));
    if (request.logprobs().isPresent()) {
      config.put("responseLogprobs", true);
      config.put("logprobs", request.logprobs().getAsInt());
    }
    Map<String, Object> thinking = plan.thinking(streaming);
    if (!thinking.isEmpty()) {
      config.put("thinkingConfig", thinking);
    }
    if (plan.enforcesFormat()) {
      config.put("responseMimeType", "application/json");
      if (request.responseFormat() instanceof ResponseFormat.JsonSchema schema) {
        config.put("responseJsonSchema", schema);
      }
    }
    object("generationConfig", config);
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
