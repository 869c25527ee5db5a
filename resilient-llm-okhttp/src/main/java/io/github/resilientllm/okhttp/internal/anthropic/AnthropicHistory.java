package io.github.resilientllm.okhttp.internal.anthropic;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.internal.history.Attachments;
import io.github.resilientllm.okhttp.internal.history.CacheMarks;
import io.github.resilientllm.okhttp.internal.history.Images;
import io.github.resilientllm.okhttp.internal.history.Turns;
import io.github.resilientllm.okhttp.internal.json.Json;
import io.github.resilientllm.okhttp.internal.json.JsonBody;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes turns as Anthropic's {@code messages}. */
final class AnthropicHistory {
  private final JsonBody body;
  private final JsonGenerator json;
  private final CacheMarks marks;

  AnthropicHistory(JsonBody body, CacheMarks marks) {
    this.body = body;
    this.marks = marks;
    this.json = body.json();
  }

  void write(List<Turns.Turn> turns) throws IOException {
    json.writeStartArray();
    for (int i = 0; i < turns.size(); i++) {
      turn(turns.get(i), i);
    }
    json.writeEndArray();
  }

  static void text(JsonGenerator json, String text, boolean marked) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", "text");
    json.writeStringField("text", text);
    mark(json, marked);
    json.writeEndObject();
  }

  /** Ends the fields of what is to be kept, with all that stands before it. */
  static void mark(JsonGenerator json, boolean marked) throws IOException {
    if (marked) {
      json.writeObjectFieldStart("cache_control");
      json.writeStringField("type", "ephemeral");
      json.writeEndObject();
    }
  }

  private void turn(Turns.Turn turn, int number) throws IOException {
    json.writeStartObject();
    json.writeStringField("role", turn.model() ? "assistant" : "user");
    json.writeArrayFieldStart("content");
    for (int i = 0; i < turn.parts().size(); i++) {
      part(turn.parts().get(i), marks.isAfter(number, i));
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void part(Part part, boolean marked) throws IOException {
    if (part instanceof Part.Text text) {
      text(json, text.text(), marked);
    } else if (part instanceof Part.Image image) {
      image(image, marked);
    } else if (part instanceof Part.File file) {
      file(file, marked);
    } else if (part instanceof Part.Reasoning reasoning) {
      reasoning(reasoning);
    } else if (part instanceof ToolCall call) {
      call(call, marked);
    } else if (part instanceof ToolResult result) {
      result(result, marked);
    } else if (part instanceof Part.Verbatim verbatim) {
      json.writeRawValue(Json.elements(verbatim.content().data())); // Turns has seen to it
    }
  }

  private void image(Part.Image image, boolean marked) throws IOException {
    byte[] bytes = image.bytes().orElse(null);
    json.writeStartObject();
    json.writeStringField("type", "image");
    json.writeObjectFieldStart("source");
    if (bytes == null) {
      json.writeStringField("type", "url");
      json.writeStringField("url", image.url().orElseThrow().toString());
    } else {
      json.writeStringField("type", "base64");
      json.writeStringField("media_type", Images.mediaType(image));
      json.writeFieldName("data");
      body.base64("", bytes);
    }
    json.writeEndObject();
    mark(json, marked);
    json.writeEndObject();
  }

  private void file(Part.File file, boolean marked) throws IOException {
    byte[] bytes = file.bytes().orElse(null);
    json.writeStartObject();
    json.writeStringField("type", "document");
    json.writeObjectFieldStart("source");
    if (bytes == null) {
      json.writeStringField("type", "url");
      json.writeStringField("url", file.url().orElseThrow().toString());
    } else if (Attachments.isText(file)) {
      json.writeStringField("type", "text");
      json.writeStringField("media_type", "text/plain"); // the only one, for all kinds of text
      json.writeStringField("data", new String(bytes, StandardCharsets.UTF_8));
    } else {
      json.writeStringField("type", "base64");
      json.writeStringField("media_type", file.mediaType());
      json.writeFieldName("data");
      body.base64("", bytes);
    }
    json.writeEndObject();
    if (!file.name().isEmpty()) {
      json.writeStringField("title", file.name());
    }
    mark(json, marked);
    json.writeEndObject();
  }

  private void reasoning(Part.Reasoning reasoning) throws IOException {
    ThoughtSeal seal = ThoughtSeal.of(reasoning.vendorData().map(VendorData::data).orElse(""));
    json.writeStartObject();
    if (seal.redacted()) {
      json.writeStringField("type", "redacted_thinking");
      json.writeStringField("data", seal.text());
    } else {
      json.writeStringField("type", "thinking");
      json.writeStringField("thinking", reasoning.text());
      json.writeStringField("signature", seal.text());
    }
    json.writeEndObject();
  }

  private void call(ToolCall call, boolean marked) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", "tool_use");
    json.writeStringField("id", call.id());
    json.writeStringField("name", call.name());
    json.writeFieldName("input");
    json.writeRawValue(call.arguments()); // an object: Turns has seen to it
    mark(json, marked);
    json.writeEndObject();
  }

  private void result(ToolResult result, boolean marked) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", "tool_result");
    json.writeStringField("tool_use_id", result.callId());
    if (!result.content().isEmpty()) {
      json.writeArrayFieldStart("content");
      for (Part part : result.content()) {
        part(part, /* marked= */ false);
      }
      json.writeEndArray();
    }
    if (result.failed()) {
      json.writeBooleanField("is_error", true);
    }
    mark(json, marked);
    json.writeEndObject();
  }
}
