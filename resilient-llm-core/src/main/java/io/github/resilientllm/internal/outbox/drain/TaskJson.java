package io.github.resilientllm.internal.outbox.drain;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolChoice;
import io.github.resilientllm.internal.conversation.BodyReader;
import io.github.resilientllm.internal.conversation.BodyWriter;
import io.github.resilientllm.internal.conversation.JsonTree;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tasks and answers as JSON; messages and answers as conversations write them. */
public final class TaskJson {
  private static final int VERSION = 1;

  private TaskJson() {}

  /** A task as one line. */
  public static String write(Task task) {
    return BodyWriter.object(
        body -> {
          JsonGenerator json = body.json();
          json.writeNumberField("version", VERSION);
          if (!task.attributes().isEmpty()) {
            texts(json, "attributes", task.attributes());
          }
          ChatRequest request = task.request();
          if (request != null) {
            json.writeObjectFieldStart("request");
            request(body, request);
            json.writeEndObject();
          } else {
            body.optional("conversation", task.conversation());
            json.writeStringField("question", String.valueOf(task.question()));
          }
        });
  }

  private static void request(BodyWriter body, ChatRequest request) throws IOException {
    JsonGenerator json = body.json();
    json.writeArrayFieldStart("messages");
    for (var message : request.messages()) {
      body.message(message);
    }
    json.writeEndArray();
    tools(json, request);
    if (request.responseFormat() instanceof ResponseFormat.JsonSchema schema) {
      json.writeObjectFieldStart("schema");
      json.writeStringField("name", schema.name());
      json.writeStringField("schema", schema.schema());
      json.writeBooleanField("strict", schema.strict());
      json.writeEndObject();
    } else if (request.responseFormat().equals(ResponseFormat.json())) {
      json.writeBooleanField("json", true);
    }
    if (request.temperature().isPresent()) {
      json.writeNumberField("temperature", request.temperature().getAsDouble());
    }
    if (request.topP().isPresent()) {
      json.writeNumberField("topP", request.topP().getAsDouble());
    }
    if (request.maxOutputTokens().isPresent()) {
      json.writeNumberField("maxOutputTokens", request.maxOutputTokens().getAsInt());
    }
    if (!request.stop().isEmpty()) {
      json.writeArrayFieldStart("stop");
      for (String text : request.stop()) {
        json.writeString(text);
      }
      json.writeEndArray();
    }
    if (request.seed().isPresent()) {
      json.writeNumberField("seed", request.seed().getAsLong());
    }
    body.optional("reasoningEffort", request.reasoningEffort().map(Enum::name).orElse(null));
    texts(json, "metadata", request.metadata());
    texts(json, "tags", request.tags());
    if (!request.vendorOptions().isEmpty()) {
      json.writeFieldName("vendorOptions");
      value(json, request.vendorOptions());
    }
    if (request.bestEffort()) {
      json.writeBooleanField("bestEffort", true);
    }
    body.optional("timeout", request.timeout().map(Duration::toString).orElse(null));
  }

  private static void tools(JsonGenerator json, ChatRequest request) throws IOException {
    if (!request.tools().isEmpty()) {
      json.writeArrayFieldStart("tools");
      for (Tool tool : request.tools()) {
        json.writeStartObject();
        json.writeStringField("name", tool.name());
        json.writeStringField("description", tool.description());
        json.writeStringField("parameters", tool.parameters());
        json.writeBooleanField("strict", tool.strict());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    if (request.toolChoice().isPresent()) {
      ToolChoice choice = request.toolChoice().get();
      json.writeStringField("toolChoice", choice.mode().name());
      if (choice.toolName().isPresent()) {
        json.writeStringField("toolName", choice.toolName().get());
      }
    }
    if (request.parallelToolCalls().isPresent()) {
      json.writeBooleanField("parallelToolCalls", request.parallelToolCalls().get());
    }
  }

  private static void texts(JsonGenerator json, String name, Map<String, String> texts)
      throws IOException {
    if (texts.isEmpty()) {
      return;
    }
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, String> text : texts.entrySet()) {
      json.writeStringField(text.getKey(), text.getValue());
    }
    json.writeEndObject();
  }

  /** What a vendor's option holds, as the request has checked it. */
  private static void value(JsonGenerator json, @Nullable Object value) throws IOException {
    if (value instanceof Map<?, ?> map) {
      json.writeStartObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        json.writeFieldName(String.valueOf(entry.getKey()));
        value(json, entry.getValue());
      }
      json.writeEndObject();
    } else if (value instanceof List<?> list) {
      json.writeStartArray();
      for (Object item : list) {
        value(json, item);
      }
      json.writeEndArray();
    } else if (value instanceof Boolean truth) {
      json.writeBoolean(truth);
    } else if (value instanceof Long || value instanceof Integer) {
      json.writeNumber(((Number) value).longValue());
    } else if (value instanceof Number number) {
      json.writeNumber(number.doubleValue());
    } else {
      json.writeString(String.valueOf(value));
    }
  }

  /**
   * Reads a task.
   *
   * @throws IOException if a newer version wrote it, or it is none
   */
  public static Task read(String text) throws IOException {
    try {
      JsonTree json = JsonTree.parse(text);
      long version = json.number("version", 0);
      if (version != VERSION) {
        throw new IOException("version " + version + " of the work is not known");
      }
      Map<String, String> attributes = texts(json.child("attributes"));
      JsonTree request = json.child("request");
      return request != null
          ? new Task(request(request), null, null, attributes)
          : new Task(null, json.text("conversation"), json.text("question"), attributes);
    } catch (RuntimeException e) { // of whatever checks its parts
      throw new IOException("the work is none that this version knows", e);
    }
  }

  private static ChatRequest request(JsonTree json) throws IOException {
    ChatRequest.Builder request = ChatRequest.builder();
    for (JsonTree message : json.children("messages")) {
      request.message(BodyReader.message(message));
    }
    for (JsonTree tool : json.children("tools")) {
      request.tool(
          new Tool(
              tool.text("name"),
              tool.text("description"),
              tool.text("parameters"),
              tool.is("strict")));
    }
    String choice = json.textOrNull("toolChoice");
    if (choice != null) {
      request.toolChoice(toolChoice(ToolChoice.Mode.valueOf(choice), json.text("toolName")));
    }
    if (json.has("parallelToolCalls")) {
      request.parallelToolCalls(json.is("parallelToolCalls"));
    }
    JsonTree schema = json.child("schema");
    if (schema != null) {
      request.responseFormat(
          new ResponseFormat.JsonSchema(
              schema.text("name"), schema.text("schema"), schema.is("strict")));
    } else if (json.is("json")) {
      request.responseFormat(ResponseFormat.json());
    }
    Map<String, Object> fields = json.fields();
    if (fields.get("temperature") instanceof Number number) {
      request.temperature(number.doubleValue());
    }
    if (fields.get("topP") instanceof Number number) {
      request.topP(number.doubleValue());
    }
    if (fields.get("maxOutputTokens") instanceof Number number) {
      request.maxOutputTokens(number.intValue());
    }
    request.stop(json.items("stop").stream().map(String::valueOf).toArray(String[]::new));
    if (fields.get("seed") instanceof Number number) {
      request.seed(number.longValue());
    }
    String effort = json.textOrNull("reasoningEffort");
    if (effort != null) {
      request.reasoningEffort(ReasoningEffort.valueOf(effort));
    }
    texts(json.child("metadata")).forEach(request::metadata);
    texts(json.child("tags")).forEach(request::tag);
    vendorOptions(json.child("vendorOptions"), request);
    if (json.is("bestEffort")) {
      request.bestEffort();
    }
    String timeout = json.textOrNull("timeout");
    if (timeout != null) {
      request.timeout(Duration.parse(timeout));
    }
    return request.build();
  }

  private static void vendorOptions(@Nullable JsonTree json, ChatRequest.Builder request) {
    if (json == null) {
      return;
    }
    for (String vendor : json.fields().keySet()) {
      JsonTree options = json.child(vendor);
      if (options != null) {
        options.fields().forEach((field, value) -> request.vendorOption(vendor, field, value));
      }
    }
  }

  private static ToolChoice toolChoice(ToolChoice.Mode mode, String name) {
    return switch (mode) {
      case AUTO -> ToolChoice.auto();
      case NONE -> ToolChoice.none();
      case REQUIRED -> ToolChoice.required();
      case TOOL -> ToolChoice.tool(name);
    };
  }

  private static Map<String, String> texts(@Nullable JsonTree json) {
    Map<String, String> texts = new LinkedHashMap<>();
    if (json != null) {
      json.fields().forEach((name, value) -> texts.put(name, String.valueOf(value)));
    }
    return texts;
  }

  /** An answer as one line. */
  public static String write(ChatResponse answer) {
    return BodyWriter.object(body -> body.answer(answer));
  }

  /** Reads an answer. */
  public static ChatResponse answer(String text) throws IOException {
    return BodyReader.answer(JsonTree.parse(text));
  }
}
