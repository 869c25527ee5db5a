package io.github.resilientllm.okhttp.internal.responses;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolChoice;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.okhttp.internal.history.Images;
import io.github.resilientllm.okhttp.internal.json.JsonBody;
import io.github.resilientllm.okhttp.internal.json.JsonTree;
import io.github.resilientllm.okhttp.internal.json.StrictSchema;
import io.github.resilientllm.okhttp.internal.openai.Traits;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import okio.ByteString;

/** Writes a request as the body that makes a response. */
final class ResponsesWriter {
  private static final String THOUGHTS = "reasoning.encrypted_content";

  private final ResponsesPlan plan;
  private final ChatRequest request;
  private final Traits traits;
  private final JsonBody body;
  private final JsonGenerator json;

  private ResponsesWriter(ResponsesPlan plan, JsonBody body) {
    this.plan = plan;
    this.request = plan.request();
    this.traits = plan.traits();
    this.body = body;
    this.json = body.json();
  }

  /**
   * The whole body.
   *
   * @throws ProviderException of kind {@code INVALID_REQUEST} if the request holds what JSON cannot
   */
  static ByteString write(ResponsesPlan plan, String model, boolean streaming)
      throws ProviderException {
    return JsonBody.write(
        plan.traits().vendor, body -> new ResponsesWriter(plan, body).body(model, streaming));
  }

  private void body(String model, boolean streaming) throws IOException {
    body.name("model");
    json.writeString(model);
    body.name("input");
    json.writeStartArray();
    for (ResponsesInput.Item item : plan.input()) {
      item(item);
    }
    json.writeEndArray();
    sampling();
    text();
    if (!request.tools().isEmpty()) {
      tools();
    }
    Map<String, Object> reasoning = plan.reasoning();
    if (!reasoning.isEmpty()) {
      body.name("reasoning");
      body.value("reasoning", reasoning);
    }
    if (plan.wantsThoughts()) {
      body.name("include");
      body.value("include", List.of(THOUGHTS));
    }
    if (plan.isOurs("store")) { // else the vendor keeps what is said for a month
      body.name("store");
      json.writeBoolean(plan.stores());
    }
    if (plan.inBackground()) {
      body.name("background");
      json.writeBoolean(true);
    }
    if (plan.stores() && !request.metadata().isEmpty()) {
      body.name("metadata");
      body.value("metadata", request.metadata());
    }
    stream(streaming);
    body.vendorOptions(plan.otherOptions());
  }

  private void stream(boolean streaming) throws IOException {
    body.name("stream");
    json.writeBoolean(streaming);
    if (streaming && traits.asksForNoObfuscation && plan.isOurs("stream_options")) {
      body.name("stream_options");
      body.value("stream_options", Map.of("include_obfuscation", false));
    }
  }

  private void sampling() throws IOException {
    if (plan.maxOutputTokens().isPresent()) {
      body.name("max_output_tokens");
      json.writeNumber(plan.maxOutputTokens().getAsInt());
    }
    if (plan.temperature().isPresent()) {
      body.name("temperature");
      json.writeNumber(plan.temperature().getAsDouble());
    }
    if (plan.topP().isPresent()) {
      body.name("top_p");
      json.writeNumber(plan.topP().getAsDouble());
    }
  }

  private void text() throws IOException {
    Map<String, Object> more = plan.text();
    ResponseFormat format = request.responseFormat();
    boolean isFree = format == ResponseFormat.text();
    if (isFree && more.isEmpty()) {
      return;
    }
    body.name("text");
    json.writeStartObject();
    if (!isFree) {
      json.writeFieldName("format");
      format(format);
    }
    for (Map.Entry<String, Object> field : more.entrySet()) {
      if (isFree || !field.getKey().equals("format")) {
        json.writeFieldName(field.getKey());
        body.value("text", field.getValue());
      }
    }
    json.writeEndObject();
  }

  private void format(ResponseFormat format) throws IOException {
    json.writeStartObject();
    if (format instanceof ResponseFormat.JsonSchema schema) {
      json.writeStringField("type", "json_schema");
      json.writeStringField("name", schema.name());
      json.writeFieldName("schema");
      schema(
          schema.schema(),
          plan.enforces(schema),
          "the contents of the schema \"" + schema.name() + "\"");
      json.writeBooleanField("strict", plan.enforces(schema));
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
    if (request.toolChoice().isPresent()) {
      body.name("tool_choice");
      choice(request.toolChoice().get());
    }
    if (request.parallelToolCalls().isPresent() && plan.takesParallelCalls()) {
      body.name("parallel_tool_calls");
      json.writeBoolean(request.parallelToolCalls().get());
    }
  }

  /** A tool of which nothing is said is taken as a strict one here, so it is always said. */
  private void tool(Tool tool) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", "function");
    json.writeStringField("name", tool.name());
    if (!tool.description().isEmpty()) {
      json.writeStringField("description", tool.description());
    }
    json.writeFieldName("parameters");
    schema(
        tool.parameters(),
        plan.enforces(tool),
        "the parameters of the tool \"" + tool.name() + "\"");
    json.writeBooleanField("strict", plan.enforces(tool));
    json.writeEndObject();
  }

  private void schema(String schema, boolean isEnforced, String what) throws IOException {
    boolean closes = isEnforced && traits.wantsClosedSchemas;
    body.object(closes ? StrictSchema.closed(schema, what) : schema, what);
  }

  private void choice(ToolChoice choice) throws IOException {
    switch (choice.mode()) {
      case AUTO -> json.writeString("auto");
      case NONE -> json.writeString("none");
      case REQUIRED -> json.writeString("required");
      case TOOL -> {
        json.writeStartObject();
        json.writeStringField("type", "function");
        json.writeStringField("name", choice.toolName().orElseThrow());
        json.writeEndObject();
      }
    }
  }

  private void item(ResponsesInput.Item item) throws IOException {
    if (item instanceof ResponsesInput.Kept kept) {
      json.writeRawValue(JsonTree.text(kept.item().fields()));
      return;
    }
    json.writeStartObject();
    if (item instanceof ResponsesInput.Said said) {
      json.writeStringField("role", said.role());
      json.writeFieldName("content");
      content(said.parts());
    } else if (item instanceof ResponsesInput.Answered answered) {
      json.writeStringField("role", "assistant");
      json.writeStringField("content", answered.text());
      if (!answered.phase().isEmpty()) {
        json.writeStringField("phase", answered.phase());
      }
    } else if (item instanceof ResponsesInput.Called called) {
      call(called.call());
    } else if (item instanceof ResponsesInput.Returned returned) {
      result(returned.result());
    }
    json.writeEndObject();
  }

  private void call(ToolCall call) throws IOException {
    json.writeStringField("type", "function_call");
    json.writeStringField("call_id", call.id());
    json.writeStringField("name", call.name());
    json.writeStringField("arguments", call.arguments());
  }

  /** There is no flag for a failure: words say it. */
  private void result(ToolResult result) throws IOException {
    json.writeStringField("type", "function_call_output");
    json.writeStringField("call_id", result.callId());
    json.writeFieldName("output");
    boolean isText = result.content().stream().allMatch(Part.Text.class::isInstance);
    if (isText) {
      json.writeString(result.failed() ? "The tool failed: " + result.text() : result.text());
      return;
    }
    json.writeStartArray();
    if (result.failed()) {
      part(new Part.Text("The tool failed:"));
    }
    for (Part part : result.content()) {
      part(part);
    }
    json.writeEndArray();
  }

  private void content(List<Part> parts) throws IOException {
    if (parts.stream().allMatch(Part.Text.class::isInstance)) {
      StringBuilder text = new StringBuilder();
      parts.forEach(part -> text.append(((Part.Text) part).text()));
      json.writeString(text.toString());
      return;
    }
    json.writeStartArray();
    for (Part part : parts) {
      part(part);
    }
    json.writeEndArray();
  }

  private void part(Part part) throws IOException {
    if (part instanceof Part.Text text) {
      json.writeStartObject();
      json.writeStringField("type", "input_text");
      json.writeStringField("text", text.text());
      json.writeEndObject();
    } else if (part instanceof Part.Image image) {
      json.writeStartObject();
      json.writeStringField("type", "input_image");
      json.writeFieldName("image_url");
      byte[] bytes = image.bytes().orElse(null);
      if (bytes == null) {
        json.writeString(image.url().orElseThrow().toString());
      } else {
        body.base64("data:" + Images.mediaType(image) + ";base64,", bytes);
      }
      json.writeEndObject();
    } else if (part instanceof Part.File file) {
      json.writeStartObject();
      json.writeStringField("type", "input_file");
      json.writeStringField("filename", file.name());
      json.writeFieldName("file_data");
      body.base64("data:" + file.mediaType() + ";base64,", file.bytes().orElseThrow());
      json.writeEndObject();
    }
  }
}
