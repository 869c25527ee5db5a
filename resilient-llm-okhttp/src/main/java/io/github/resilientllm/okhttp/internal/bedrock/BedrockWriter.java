package io.github.resilientllm.okhttp.internal.bedrock;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolChoice;
import io.github.resilientllm.okhttp.internal.history.ForcedCall;
import io.github.resilientllm.okhttp.internal.json.JsonBody;
import io.github.resilientllm.okhttp.internal.json.StrictSchema;
import io.github.resilientllm.okhttp.internal.json.UnwritableRequest;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import okio.ByteString;

/** Writes a request as the body of a Converse call. */
final class BedrockWriter {
  private static final String EXTRA = "additionalModelRequestFields";

  /** Stands in for tools that the history speaks of and that may not be called. */
  private static final Tool PLACEHOLDER =
      Tool.of("no_tool", "Not available. Never call this.", "{\"type\":\"object\"}");

  private final ChatRequest request;
  private final BedrockPlan plan;
  private final JsonBody body;
  private final JsonGenerator json;

  private BedrockWriter(ChatRequest request, BedrockModel model, JsonBody body) {
    this.request = request;
    this.plan = new BedrockPlan(request, model);
    this.body = body;
    this.json = body.json();
  }

  /**
   * The whole body.
   *
   * @throws ProviderException of kind {@code INVALID_REQUEST} if the request holds what JSON cannot
   */
  static ByteString write(ChatRequest request, BedrockModel model) throws ProviderException {
    return JsonBody.write(
        BedrockProtocol.VENDOR, body -> new BedrockWriter(request, model, body).fields());
  }

  private void fields() throws IOException {
    List<String> system = plan.system();
    if (!system.isEmpty()) {
      body.name("system");
      json.writeStartArray();
      for (String text : system) {
        json.writeStartObject();
        json.writeStringField("text", text);
        json.writeEndObject();
      }
      BedrockHistory.mark(json, plan.marks().afterInstructions());
      json.writeEndArray();
    }
    body.name("messages");
    new BedrockHistory(body, plan).write();
    inference();
    toolConfig();
    if (plan.enforcedSchema().isPresent()) {
      outputConfig(plan.enforcedSchema().get());
    }
    if (!plan.metadata().isEmpty()) {
      body.name("requestMetadata");
      body.value("requestMetadata", plan.metadata());
    }
    options();
  }

  private void inference() throws IOException {
    Map<String, Object> config = new LinkedHashMap<>();
    request.maxOutputTokens().ifPresent(tokens -> config.put("maxTokens", tokens));
    plan.temperature().ifPresent(temperature -> config.put("temperature", temperature));
    plan.topP().ifPresent(topP -> config.put("topP", topP));
    if (!plan.stops().isEmpty()) {
      config.put("stopSequences", plan.stops());
    }
    if (!config.isEmpty()) {
      body.name("inferenceConfig");
      body.value("inferenceConfig", config);
    }
  }

  private void toolConfig() throws IOException {
    if (!plan.offersTools() && !plan.needsPlaceholder()) {
      return;
    }
    body.name("toolConfig");
    json.writeStartObject();
    json.writeArrayFieldStart("tools");
    if (plan.offersTools()) {
      for (Tool tool : request.tools()) {
        tool(tool);
      }
    } else {
      tool(PLACEHOLDER);
    }
    BedrockHistory.mark(json, plan.marksTools());
    json.writeEndArray();
    ToolChoice choice = ForcedCall.in(request).orElse(null);
    if (choice != null) { // "auto" is the default, and the word for it is not known to all models
      json.writeFieldName("toolChoice");
      body.value(
          "toolChoice",
          choice
              .toolName()
              .map(name -> Map.of("tool", Map.of("name", name)))
              .orElse(Map.of("any", Map.of())));
    }
    json.writeEndObject();
  }

  private void tool(Tool tool) throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart("toolSpec");
    json.writeStringField("name", tool.name());
    if (!tool.description().isBlank()) {
      json.writeStringField("description", tool.description());
    }
    json.writeObjectFieldStart("inputSchema");
    json.writeFieldName("json");
    boolean strict = plan.enforces(tool);
    String what = "the parameters of the tool \"" + tool.name() + "\"";
    body.object(strict ? StrictSchema.of(tool.parameters(), what) : tool.parameters(), what);
    json.writeEndObject();
    if (strict) {
      json.writeBooleanField("strict", true);
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  /** The schema goes as text. */
  private void outputConfig(ResponseFormat.JsonSchema schema) throws IOException {
    String enforced =
        StrictSchema.of(schema.schema(), "the contents of the schema \"" + schema.name() + "\"");
    body.name("outputConfig");
    Map<String, Object> definition = new LinkedHashMap<>();
    definition.put("name", schema.name());
    definition.put("schema", enforced);
    Map<String, Object> format = new LinkedHashMap<>();
    format.put("type", "json_schema");
    format.put("structure", Map.of("jsonSchema", definition));
    body.value("outputConfig", Map.of("textFormat", format));
  }

  /** The caller's own fields; those for the model join the ones that the request itself needs. */
  private void options() throws IOException {
    Map<String, Object> options =
        new LinkedHashMap<>(request.vendorOptions(BedrockProtocol.VENDOR));
    if (!plan.extraFields().isEmpty()) {
      Map<String, Object> extra = new LinkedHashMap<>(plan.extraFields());
      if (options.remove(EXTRA) instanceof Map<?, ?> more) {
        for (Map.Entry<?, ?> field : more.entrySet()) {
          add(extra, String.valueOf(field.getKey()), field.getValue());
        }
      }
      body.name(EXTRA);
      body.value(EXTRA, extra);
    }
    body.vendorOptions(options);
  }

  private static void add(Map<String, Object> extra, String name, Object value)
      throws UnwritableRequest {
    if (extra.putIfAbsent(name, value) != null) {
      throw new UnwritableRequest(
          "the vendor option \"" + EXTRA + "\" repeats \"" + name + "\", a field of the request");
    }
  }
}
