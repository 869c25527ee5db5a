package io.github.resilientllm.okhttp.internal.bedrock;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.okhttp.internal.history.Turns;
import io.github.resilientllm.okhttp.internal.json.JsonBody;
import io.github.resilientllm.okhttp.internal.json.UnwritableRequest;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Writes a conversation as Converse's {@code messages}. */
final class BedrockHistory {
  private static final int NO_TURN = -1;
  private static final int MAX_NAME = 180; // of 200, so that a number can follow

  private final JsonBody body;
  private final JsonGenerator json;
  private final BedrockPlan plan;
  private final Set<String> fileNames = new HashSet<>();

  BedrockHistory(JsonBody body, BedrockPlan plan) {
    this.body = body;
    this.json = body.json();
    this.plan = plan;
  }

  void write() throws IOException {
    json.writeStartArray();
    List<Turns.Turn> turns = plan.turns().toAnswer(plan.mustBeToldToGoOn());
    for (int i = 0; i < turns.size(); i++) {
      Turns.Turn turn = turns.get(i);
      json.writeStartObject();
      json.writeStringField("role", turn.model() ? "assistant" : "user");
      json.writeFieldName("content");
      blocks(turn.parts(), i);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** A block of its own, after what is to be kept. */
  static void mark(JsonGenerator json, boolean marked) throws IOException {
    if (marked) {
      json.writeStartObject();
      json.writeObjectFieldStart("cachePoint");
      json.writeStringField("type", "default");
      json.writeEndObject();
      json.writeEndObject();
    }
  }

  private void blocks(List<Part> parts, int turn) throws IOException {
    json.writeStartArray();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      if (part instanceof Part.Reasoning reasoning) {
        reasoning(reasoning);
        continue;
      }
      if (part instanceof Part.Verbatim verbatim) {
        for (String block : BedrockContent.blocks(verbatim.content().data())) {
          json.writeRawValue(block);
        }
        mark(json, plan.marks().isAfter(turn, i));
        continue;
      }
      json.writeStartObject();
      if (part instanceof Part.Text text) {
        json.writeStringField("text", text.text());
      } else if (part instanceof Part.Image image) {
        image(image);
      } else if (part instanceof Part.File file) {
        file(file);
      } else if (part instanceof ToolCall call) {
        call(call);
      } else if (part instanceof ToolResult result) {
        result(result);
      }
      json.writeEndObject();
      mark(json, plan.marks().isAfter(turn, i));
    }
    boolean hasFile = parts.stream().anyMatch(Part.File.class::isInstance);
    if (hasFile && parts.stream().noneMatch(Part.Text.class::isInstance)) {
      json.writeStartObject();
      json.writeStringField("text", "(See the file.)"); // a file alone is refused
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

  /** Names are of few characters, and no two files of a conversation may have the same. */
  private void file(Part.File file) throws IOException {
    String format = BedrockObstacles.format(file).orElse(null);
    byte[] bytes = file.bytes().orElse(null);
    if (format == null || bytes == null) {
      throw new UnwritableRequest("a file is of no type that is taken, or by URL");
    }
    String legal = file.name().replaceAll("[^a-zA-Z0-9 ()\\[\\]-]", "-").replaceAll(" +", " ");
    String unique = legal.substring(0, Math.min(legal.length(), MAX_NAME));
    for (int i = 2; !fileNames.add(unique); i++) {
      unique = legal.substring(0, Math.min(legal.length(), MAX_NAME)) + " (" + i + ")";
    }
    json.writeObjectFieldStart("document");
    json.writeStringField("name", unique);
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
    blocks(result.content(), NO_TURN);
    if (result.failed()) {
      json.writeStringField("status", "error");
    }
    json.writeEndObject();
  }
}
