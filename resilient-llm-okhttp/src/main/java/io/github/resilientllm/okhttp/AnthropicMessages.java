package io.github.resilientllm.okhttp;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.chat.VendorData;
import java.io.IOException;
import java.util.List;

/** Writes turns as Anthropic's {@code messages}. */
final class AnthropicMessages {
  private final JsonBody body;
  private final JsonGenerator json;

  AnthropicMessages(JsonBody body) {
    this.body = body;
    this.json = body.json();
  }

  void write(List<Turns.Turn> turns) throws IOException {
    json.writeStartArray();
    for (Turns.Turn turn : turns) {
      turn(turn);
    }
    json.writeEndArray();
  }

  static void text(JsonGenerator json, String text) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", "text");
    json.writeStringField("text", text);
    json.writeEndObject();
  }

  private void turn(Turns.Turn turn) throws IOException {
    json.writeStartObject();
    json.writeStringField("role", turn.model() ? "assistant" : "user");
    json.writeArrayFieldStart("content");
    for (Part part : turn.parts()) {
      part(part);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void part(Part part) throws IOException {
    if (part instanceof Part.Text text) {
      text(json, text.text());
    } else if (part instanceof Part.Image image) {
      image(image);
    } else if (part instanceof Part.Reasoning reasoning) {
      reasoning(reasoning);
    } else if (part instanceof ToolCall call) {
      call(call);
    } else if (part instanceof ToolResult result) {
      result(result);
    }
  }

  private void image(Part.Image image) throws IOException {
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

  private void call(ToolCall call) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", "tool_use");
    json.writeStringField("id", call.id());
    json.writeStringField("name", call.name());
    json.writeFieldName("input");
    json.writeRawValue(call.arguments()); // an object: Turns has seen to it
    json.writeEndObject();
  }

  private void result(ToolResult result) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", "tool_result");
    json.writeStringField("tool_use_id", result.callId());
    if (!result.content().isEmpty()) {
      json.writeArrayFieldStart("content");
      for (Part part : result.content()) {
        part(part);
      }
      json.writeEndArray();
    }
    if (result.failed()) {
      json.writeBooleanField("is_error", true);
    }
    json.writeEndObject();
  }
}
