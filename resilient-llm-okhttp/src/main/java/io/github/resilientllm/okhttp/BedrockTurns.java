package io.github.resilientllm.okhttp;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import java.io.IOException;
import java.util.List;

/** Writes a conversation as Converse's {@code messages}. */
final class BedrockTurns {
  private final JsonBody body;
  private final JsonGenerator json;
  private final BedrockPlan plan;

  BedrockTurns(JsonBody body, BedrockPlan plan) {
    this.body = body;
    this.json = body.json();
    this.plan = plan;
  }

  void write() throws IOException {
    json.writeStartArray();
    for (Turns.Turn turn : plan.turns().toAnswer(plan.mustBeToldToGoOn())) {
      json.writeStartObject();
      json.writeStringField("role", turn.model() ? "assistant" : "user");
      json.writeFieldName("content");
      blocks(turn.parts());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void blocks(List<Part> parts) throws IOException {
    json.writeStartArray();
    for (Part part : parts) {
      if (part instanceof Part.Reasoning reasoning) {
        reasoning(reasoning);
        continue;
      }
      json.writeStartObject();
      if (part instanceof Part.Text text) {
        json.writeStringField("text", text.text());
      } else if (part instanceof Part.Image image) {
        image(image);
      } else if (part instanceof ToolCall call) {
        call(call);
      } else if (part instanceof ToolResult result) {
        result(result);
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void reasoning(Part.Reasoning reasoning) throws IOException {
    BedrockSignature signature = plan.signature(reasoning);
    if (signature == null) {
      return;
    }
    json.writeStartObject();
    json.writeObjectFieldStart("reasoningContent");
    if (signature.redacted() != null) {
      json.writeStringField("redactedContent", signature.redacted());
    } else {
      json.writeObjectFieldStart("reasoningText");
      json.writeStringField("text", reasoning.text());
      json.writeStringField("signature", signature.signature());
      json.writeEndObject();
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private void image(Part.Image image) throws IOException {
    String format = BedrockObstacles.format(image).orElse(null);
    byte[] bytes = image.bytes().orElse(null);
    if (format == null || bytes == null) {
      throw new UnwritableRequest("an image must be PNG, JPEG, GIF or WebP, and not by URL");
    }
    json.writeObjectFieldStart("image");
    json.writeStringField("format", format);
    json.writeObjectFieldStart("source");
    json.writeFieldName("bytes");
    body.base64("", bytes);
    json.writeEndObject();
    json.writeEndObject();
  }

  private void call(ToolCall call) throws IOException {
    json.writeObjectFieldStart("toolUse");
    json.writeStringField("toolUseId", call.id());
    json.writeStringField("name", call.name());
    json.writeFieldName("input");
    body.object(call.arguments(), "the arguments of a call of \"" + call.name() + "\"");
    json.writeEndObject();
  }

  private void result(ToolResult result) throws IOException {
    json.writeObjectFieldStart("toolResult");
    json.writeStringField("toolUseId", result.callId());
    json.writeFieldName("content");
    blocks(result.content());
    if (result.failed()) {
      json.writeStringField("status", "error");
    }
    json.writeEndObject();
  }
}
