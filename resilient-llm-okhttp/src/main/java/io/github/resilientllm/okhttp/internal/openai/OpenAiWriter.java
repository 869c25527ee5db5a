package io.github.resilientllm.okhttp.internal.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolChoice;
import io.github.resilientllm.okhttp.internal.json.JsonBody;
import io.github.resilientllm.okhttp.internal.json.StrictSchema;
import io.github.resilientllm.okhttp.internal.models.NamedModel;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import okio.ByteString;

/** Writes a request as the body of a chat completion. */
final class OpenAiWriter {
  private final ChatRequest request;
  private final Traits traits;
  private final OpenAiPlan plan;
  private final JsonBody body;
  private final JsonGenerator json;

  private OpenAiWriter(ChatRequest request, NamedModel model, Traits traits, JsonBody body) {
    this.request = request;
    this.traits = traits;
    this.plan = new OpenAiPlan(request, model.like(), traits);
    this.body = body;
    this.json = body.json();
  }

  /**
   * The whole body.
   *
   * @throws ProviderException of kind {@code INVALID_REQUEST} if the request holds what JSON cannot
   */
  static ByteString write(ChatRequest request, NamedModel model, boolean streaming, Traits traits)
      throws ProviderException {
    return JsonBody.write(
        traits.vendor,
        body -> new OpenAiWriter(request, model, traits, body).body(model.name(), streaming));
  }

  private void body(String model, boolean streaming) throws IOException {
    body.name("model");
    json.writeString(model);
    body.name("messages");
    new OpenAiHistory(body, traits).write(plan.messages());
    sampling();
    if (request.responseFormat() != ResponseFormat.text()) {
      body.name("response_format");
      format(request.responseFormat());
    }
    if (!request.tools().isEmpty()) {
      tools();
    }
    ReasoningEffort effort = plan.effort();
    if (effort != null) {
      effort(effort);
    }
    if (plan.takesMetadata() && !request.metadata().isEmpty()) {
      body.name("metadata");
      body.value("metadata", request.metadata());
    }
    stream(streaming);
    body.vendorOptions(request.vendorOptions(traits.vendor));
  }

  private void sampling() throws IOException {
    if (request.maxOutputTokens().isPresent()) {
      body.name(traits.maxTokensField);
      json.writeNumber(request.maxOutputTokens().getAsInt());
    }
    if (plan.temperature().isPresent()) {
      body.name("temperature");
      json.writeNumber(plan.temperature().getAsDouble());
    }
    if (plan.topP().isPresent()) {
      body.name("top_p");
      json.writeNumber(plan.topP().getAsDouble());
    }
    if (request.logprobs().isPresent() && plan.tellsLogprobs()) {
      body.name("logprobs");
      json.writeBoolean(true);
      if (request.logprobs().getAsInt() > 0) {
        body.name("top_logprobs");
        json.writeNumber(request.logprobs().getAsInt());
      }
    }
    if (!plan.stop().isEmpty()) {
      body.name("stop");
      body.value("stop", plan.stop());
    }
    if (traits.seedField != null && request.seed().isPresent()) {
      body.name(traits.seedField);
      json.writeNumber(request.seed().getAsLong());
    }
  }

  private void format(ResponseFormat format) throws IOException {
    json.writeStartObject();
    if (format instanceof ResponseFormat.JsonSchema schema && plan.sendsSchema()) {
      json.writeStringField("type", "json_schema");
      json.writeObjectFieldStart("json_schema");
      json.writeStringField("name", schema.name());
      json.writeFieldName("schema");
      schema(
          schema.schema(),
          plan.enforces(schema),
          "the contents of the schema \"" + schema.name() + "\"");
      if (plan.enforces(schema)) {
        json.writeBooleanField("strict", true);
      }
      json.writeEndObject();
    } else {
      json.writeStringField("type", "json_object");
    }
    json.writeEndObject();
  }

  private void tools() throws IOException {
    body.name("tools");
    json.writeStartArray();
    for (Tool tool : request.tools()) {
      tool(tool);
    }
    json.writeEndArray();
    Optional<ToolChoice> choice = request.toolChoice();
    if (choice.isPresent()) {
      body.name("tool_choice");
      toolChoice(choice.get());
    }
    Optional<Boolean> parallel = request.parallelToolCalls();
    if (parallel.isPresent() && plan.takesParallelCalls()) {
      body.name("parallel_tool_calls");
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
    schema(
        tool.parameters(),
        plan.enforces(tool),
        "the parameters of the tool \"" + tool.name() + "\"");
    if (plan.enforces(tool)) {
      json.writeBooleanField("strict", true);
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private void schema(String schema, boolean isEnforced, String what) throws IOException {
    boolean closes = isEnforced && traits.wantsClosedSchemas;
    body.object(closes ? StrictSchema.closed(schema, what) : schema, what);
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
        body.name("reasoning_effort");
        json.writeString(word);
      }
      case NESTED -> {
        body.name("reasoning");
        body.value("reasoning", Map.of("effort", word));
      }
      case THINKING_SWITCH -> {
        body.name("thinking");
        String state = effort == ReasoningEffort.NONE ? "disabled" : "enabled";
        body.value("thinking", Map.of("type", state));
      }
    }
  }

  private void stream(boolean streaming) throws IOException {
    body.name("stream");
    json.writeBoolean(streaming);
    if (!streaming || !traits.asksForUsage) {
      return;
    }
    body.name("stream_options");
    json.writeStartObject();
    json.writeBooleanField("include_usage", true);
    if (traits.asksForNoObfuscation) {
      json.writeBooleanField("include_obfuscation", false);
    }
    json.writeEndObject();
  }
}
