package io.github.resilientllm.okhttp;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolChoice;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import okio.Buffer;

/** Writes a request as the body of a chat completion. */
final class RequestWriter {
  private final ChatRequest request;
  private final Traits traits;
  private final Buffer out = new Buffer();
  private final JsonGenerator json;
  private final Set<String> written = new HashSet<>();

  private RequestWriter(ChatRequest request, Traits traits) throws IOException {
    this.request = request;
    this.traits = traits;
    this.json = Json.FACTORY.createGenerator(out.outputStream());
  }

  /**
   * The whole body, so that its length is known before it is sent.
   *
   * @throws ProviderException of kind {@code INVALID_REQUEST} if the request holds what JSON cannot
   */
  static Buffer write(ChatRequest request, String model, boolean streaming, Traits traits)
      throws ProviderException {
    try {
      RequestWriter writer = new RequestWriter(request, traits);
      try (JsonGenerator json = writer.json) {
        json.writeStartObject();
        writer.body(model, streaming);
        json.writeEndObject();
      }
      return writer.out;
    } catch (UnwritableRequest e) {
      throw new ProviderException(ErrorKind.INVALID_REQUEST, traits.vendor + ": " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // cannot be: memory does not fail
    }
  }

  private void body(String model, boolean streaming) throws IOException {
    name("model");
    json.writeString(model);
    name("messages");
    ToolIds ids = ToolIds.of(request, traits.toolIds);
    new MessageWriter(json, out, traits, ids).write(request.messages());
    sampling();
    if (request.responseFormat() != ResponseFormat.text()) {
      name("response_format");
      format(request.responseFormat());
    }
    if (!request.tools().isEmpty()) {
      tools();
    }
    Optional<ReasoningEffort> effort = request.reasoningEffort();
    if (effort.isPresent()) {
      effort(effort.get());
    }
    if (traits.takesMetadata && !request.metadata().isEmpty()) {
      name("metadata");
      value("metadata", request.metadata());
    }
    stream(streaming);
    vendorOptions();
  }

  private void sampling() throws IOException {
    if (request.maxOutputTokens().isPresent()) {
      name(traits.maxTokensField);
      json.writeNumber(request.maxOutputTokens().getAsInt());
    }
    if (request.temperature().isPresent()) {
      name("temperature");
      json.writeNumber(request.temperature().getAsDouble());
    }
    if (request.topP().isPresent()) {
      name("top_p");
      json.writeNumber(request.topP().getAsDouble());
    }
    if (!request.stop().isEmpty()) {
      name("stop");
      value("stop", request.stop());
    }
    if (traits.seedField != null && request.seed().isPresent()) {
      name(traits.seedField);
      json.writeNumber(request.seed().getAsLong());
    }
  }

  private void format(ResponseFormat format) throws IOException {
    json.writeStartObject();
    if (format instanceof ResponseFormat.JsonSchema schema) {
      json.writeStringField("type", "json_schema");
      json.writeObjectFieldStart("json_schema");
      json.writeStringField("name", schema.name());
      json.writeFieldName("schema");
      rawObject(schema.schema(), "the contents of the schema \"" + schema.name() + "\"");
      if (schema.strict()) {
        json.writeBooleanField("strict", true);
      }
      json.writeEndObject();
    } else {
      json.writeStringField("type", "json_object");
    }
    json.writeEndObject();
  }

  private void tools() throws IOException {
    name("tools");
    json.writeStartArray();
    for (Tool tool : request.tools()) {
      tool(tool);
    }
    json.writeEndArray();
    Optional<ToolChoice> choice = request.toolChoice();
    if (choice.isPresent()) {
      name("tool_choice");
      toolChoice(choice.get());
    }
    Optional<Boolean> parallel = request.parallelToolCalls();
    if (parallel.isPresent()) {
      name("parallel_tool_calls");
      json.writeBoolean(parallel.get());
    }
  }

  private void tool(Tool tool) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", "function");
    json.writeObjectFieldStart("function");
    json.writeStringField("name", tool.name());
    if (!tool.description().isEmpty()) {
      json.writeStringField("description", tool.description());
    }
    json.writeFieldName("parameters");
    rawObject(tool.parameters(), "the parameters of the tool \"" + tool.name() + "\"");
    if (tool.strict()) {
      json.writeBooleanField("strict", true);
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private void toolChoice(ToolChoice choice) throws IOException {
    switch (choice.mode()) {
      case AUTO -> json.writeString("auto");
      case NONE -> json.writeString("none");
      case REQUIRED -> json.writeString(traits.requiredToolWord);
      case TOOL -> {
        json.writeStartObject();
        json.writeStringField("type", "function");
        json.writeObjectFieldStart("function");
        json.writeStringField("name", choice.toolName().orElseThrow());
        json.writeEndObject();
        json.writeEndObject();
      }
    }
  }

  private void effort(ReasoningEffort effort) throws IOException {
    String word = effort.name().toLowerCase(Locale.ROOT);
    switch (traits.effort) {
      case FLAT -> {
        name("reasoning_effort");
        json.writeString(word);
      }
      case NESTED -> {
        name("reasoning");
        value("reasoning", Map.of("effort", word));
      }
      case THINKING_SWITCH -> {
        name("thinking");
        String state = effort == ReasoningEffort.NONE ? "disabled" : "enabled";
        value("thinking", Map.of("type", state));
      }
    }
  }

  private void stream(boolean streaming) throws IOException {
    name("stream");
    json.writeBoolean(streaming);
    if (!streaming || !traits.asksForUsage) {
      return;
    }
    name("stream_options");
    json.writeStartObject();
    json.writeBooleanField("include_usage", true);
    if (traits.asksForNoObfuscation) {
      json.writeBooleanField("include_obfuscation", false);
    }
    json.writeEndObject();
  }

  private void vendorOptions() throws IOException {
    for (Map.Entry<String, Object> option : request.vendorOptions(traits.vendor).entrySet()) {
      if (written.contains(option.getKey())) {
        throw new UnwritableRequest(
            "the vendor option \"" + option.getKey() + "\" repeats a field of the request");
      }
      name(option.getKey());
      value(option.getKey(), option.getValue());
    }
  }

  private void name(String field) throws IOException {
    written.add(field);
    json.writeFieldName(field);
  }

  private void value(String field, Object value) throws IOException {
    if (value instanceof String text) {
      json.writeString(text);
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else if (value instanceof Number number) {
      number(field, number);
    } else if (value instanceof List<?> list) {
      json.writeStartArray();
      for (Object item : list) {
        value(field, item);
      }
      json.writeEndArray();
    } else if (value instanceof Map<?, ?> map) {
      json.writeStartObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        json.writeFieldName(String.valueOf(entry.getKey()));
        value(field, entry.getValue());
      }
      json.writeEndObject();
    } else {
      throw new UnwritableRequest("the vendor option \"" + field + "\" holds what JSON has not");
    }
  }

  private void number(String field, Number number) throws IOException {
    if (!Double.isFinite(number.doubleValue())
        && (number instanceof Double || number instanceof Float)) {
      throw new UnwritableRequest("the vendor option \"" + field + "\" is not a finite number");
    }
    json.writeNumber(number.toString());
  }

  private void rawObject(String text, String what) throws IOException {
    if (!Json.isObject(text)) {
      throw new UnwritableRequest(what + " are not one JSON object");
    }
    json.writeRawValue(text);
  }
}
