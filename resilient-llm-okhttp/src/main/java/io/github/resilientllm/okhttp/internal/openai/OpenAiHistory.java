package io.github.resilientllm.okhttp.internal.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.Role;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.internal.history.Attachments;
import io.github.resilientllm.okhttp.internal.history.Images;
import io.github.resilientllm.okhttp.internal.json.Json;
import io.github.resilientllm.okhttp.internal.json.JsonBody;
import io.github.resilientllm.okhttp.internal.json.JsonTree;
import io.github.resilientllm.okhttp.internal.json.UnwritableRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Writes a conversation as OpenAI's {@code messages}. */
final class OpenAiHistory {
  private final JsonBody body;
  private final JsonGenerator json;
  private final Traits traits;

  OpenAiHistory(JsonBody body, Traits traits) {
    this.body = body;
    this.json = body.json();
    this.traits = traits;
  }

  /**
   * Writes the array, from messages that are paired. A tool's result can hold no image here; images
   * follow in a user message, after the last of the results, which must not be parted.
   */
  void write(List<Message> messages) throws IOException {
    json.writeStartArray();
    List<Part> images = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      if (message.role() != Role.TOOL) {
        images(images);
      }
      switch (message.role()) {
        case SYSTEM -> text("system", message.text());
        case USER -> user(message);
        case ASSISTANT -> assistant(message, i == messages.size() - 1);
        case TOOL -> results(message, images);
      }
    }
    images(images);
    json.writeEndArray();
  }

  private void text(String role, String text) throws IOException {
    json.writeStartObject();
    json.writeStringField("role", role);
    json.writeStringField("content", text);
    json.writeEndObject();
  }

  private void user(Message message) throws IOException {
    for (Part part : message.parts()) {
      if (!(part instanceof Part.Text)) {
        parts(message.parts());
        return;
      }
    }
    text("user", message.text()); // some servers know no other form
  }

  private void images(List<Part> images) throws IOException {
    if (!images.isEmpty()) {
      parts(images);
      images.clear();
    }
  }

  private void parts(List<Part> parts) throws IOException {
    json.writeStartObject();
    json.writeStringField("role", "user");
    json.writeArrayFieldStart("content");
    for (Part part : parts) {
      json.writeStartObject();
      if (part instanceof Part.Image image) {
        json.writeStringField("type", "image_url");
        json.writeObjectFieldStart("image_url");
        json.writeFieldName("url");
        url(image);
        json.writeEndObject();
      } else if (part instanceof Part.Text text) {
        json.writeStringField("type", "text");
        json.writeStringField("text", text.text());
      } else if (part instanceof Part.File file) {
        file(file);
      } else if (part instanceof Part.Audio audio) {
        audio(audio);
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void url(Part.Image image) throws IOException {
    byte[] bytes = image.bytes().orElse(null);
    if (bytes == null) {
      json.writeString(image.url().orElseThrow().toString());
      return;
    }
    body.base64("data:" + Images.mediaType(image) + ";base64,", bytes);
  }

  private void file(Part.File file) throws IOException {
    byte[] bytes =
        file.bytes().orElseThrow(() -> new UnwritableRequest("a file is by URL, not by bytes"));
    json.writeStringField("type", "file");
    json.writeObjectFieldStart("file");
    json.writeStringField("filename", file.name());
    json.writeFieldName("file_data");
    body.base64("data:" + file.mediaType() + ";base64,", bytes);
    json.writeEndObject();
  }

  private void audio(Part.Audio audio) throws IOException {
    String format =
        Attachments.format(audio)
            .orElseThrow(() -> new UnwritableRequest("audio must be WAV or MP3"));
    json.writeStringField("type", "input_audio");
    json.writeObjectFieldStart("input_audio");
    json.writeFieldName("data");
    body.base64("", audio.bytes());
    json.writeStringField("format", format);
    json.writeEndObject();
  }

  private void assistant(Message message, boolean isLast) throws IOException {
    List<ToolCall> calls = message.toolCalls();
    String text = message.text();
    json.writeStartObject();
    json.writeStringField("role", "assistant");
    json.writeFieldName("content");
    if (text.isEmpty() && !calls.isEmpty()) {
      json.writeNull();
    } else {
      json.writeString(text);
    }
    reasoning(message);
    if (!calls.isEmpty()) {
      json.writeArrayFieldStart("tool_calls");
      for (ToolCall call : calls) {
        toolCall(call);
      }
      json.writeEndArray();
    }
    if (isLast && traits.wantsPrefixFlag) {
      json.writeBooleanField("prefix", true);
    }
    json.writeEndObject();
  }

  /** Reasoning goes back only to the vendor it came from, and only if it asks for it. */
  private void reasoning(Message message) throws IOException {
    if (traits.echoesDetails) {
      details(message);
    }
    if (traits.reasoningEcho == null) {
      return;
    }
    StringBuilder own = new StringBuilder();
    StringBuilder block = new StringBuilder();
    for (Part part : message.parts()) {
      if (part instanceof Part.Reasoning reasoning) {
        block.append(reasoning.text());
        if (reasoning.vendorData().filter(this::isOwn).isPresent()) { // ends a block
          own.append(block);
          block.setLength(0);
        } else if (reasoning.vendorData().isPresent()) {
          block.setLength(0);
        }
      }
    }
    if (!own.isEmpty()) {
      json.writeStringField(traits.reasoningEcho, own.toString());
    }
  }

  private void details(Message message) throws IOException {
    List<String> blocks = new ArrayList<>();
    for (Part part : message.parts()) {
      if (part instanceof Part.Reasoning reasoning) {
        reasoning.vendorData().filter(this::isOwn).ifPresent(data -> blocks.add(data.data()));
      }
    }
    List<Object> details = ReasoningDetails.join(blocks);
    if (!details.isEmpty()) {
      json.writeFieldName(ReasoningDetails.FIELD);
      json.writeRawValue(JsonTree.text(details));
    }
  }

  private void toolCall(ToolCall call) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", call.id());
    json.writeStringField("type", "function");
    json.writeObjectFieldStart("function");
    json.writeStringField("name", call.name());
    json.writeStringField("arguments", call.arguments());
    json.writeEndObject();
    VendorData data = call.vendorData().orElse(null);
    if (data != null && isOwn(data) && Json.isObject(data.data())) {
      json.writeFieldName("extra_content");
      json.writeRawValue(data.data());
    }
    json.writeEndObject();
  }

  private boolean isOwn(VendorData data) {
    return data.vendor().equals(traits.vendor);
  }

  private void results(Message message, List<Part> images) throws IOException {
    for (Part part : message.parts()) {
      if (part instanceof ToolResult result) {
        result(result, images);
      }
    }
  }

  /** There is no flag for a failure and no room for an image: words say both. */
  private void result(ToolResult result, List<Part> images) throws IOException {
    boolean hasImages = false;
    for (Part part : result.content()) {
      if (part instanceof Part.Image) {
        if (!hasImages) {
          images.add(new Part.Text("From the tool call " + result.callId() + ":"));
        }
        images.add(part);
        hasImages = true;
      }
    }
    String text = result.failed() ? "The tool failed: " + result.text() : result.text();
    json.writeStartObject();
    json.writeStringField("role", "tool");
    json.writeStringField("tool_call_id", result.callId());
    json.writeStringField("content", hasImages && text.isEmpty() ? "The images follow." : text);
    json.writeEndObject();
  }
}
