package io.github.resilientllm.okhttp.internal.gemini;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.okhttp.internal.history.Images;
import io.github.resilientllm.okhttp.internal.history.Turns;
import io.github.resilientllm.okhttp.internal.json.JsonBody;
import io.github.resilientllm.okhttp.internal.json.JsonTree;
import io.github.resilientllm.okhttp.internal.json.UnwritableRequest;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a history as Gemini's {@code contents}. */
final class GeminiHistory {
  /**
   * The words {@code skip_thought_signature_validator}, by which Gemini 3 takes tool calls that it
   * did not make, in base64 as every signature is.
   */
  static final String NO_SIGNATURE = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=";

  private final JsonBody body;
  private final JsonGenerator json;
  private final GeminiPlan plan;

  GeminiHistory(JsonBody body, GeminiPlan plan) {
    this.body = body;
    this.json = body.json();
    this.plan = plan;
  }

  void write() throws IOException {
    json.writeStartArray();
    for (Turns.Turn turn : plan.turns().turns()) {
      json.writeStartObject();
      json.writeStringField("role", turn.model() ? "model" : "user");
      json.writeArrayFieldStart("parts");
      if (turn.model()) {
        modelParts(turn.parts());
      } else {
        userParts(turn.parts());
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void modelParts(List<Part> parts) throws IOException {
    String ofText = null; // stands before its text
    boolean isFirstCall = true;
    for (Part part : parts) {
      if (part instanceof Part.Text text) {
        text(text.text(), ofText);
        ofText = null;
      } else if (part instanceof ToolCall call) {
        textlessSignature(ofText);
        ofText = null;
        call(call, isFirstCall);
        isFirstCall = false;
      } else if (part instanceof Part.Reasoning reasoning) {
        textlessSignature(ofText);
        ofText = reasoning(reasoning);
      } else if (part instanceof Part.Verbatim verbatim) {
        for (Map<String, Object> own :
            GeminiContent.parts(verbatim.content().data(), plan.hasIds())) {
          json.writeRawValue(JsonTree.text(own));
        }
      }
    }
    textlessSignature(ofText);
  }

  /** Writes a thought, or returns the signature of the text that follows. */
  private @Nullable String reasoning(Part.Reasoning reasoning) throws IOException {
    GeminiSignature signature = reasoning.vendorData().map(GeminiSignature::of).orElse(null);
    if (signature == null) {
      return null;
    }
    if (signature.isOfText()) {
      return signature.value();
    }
    json.writeStartObject();
    json.writeStringField("text", reasoning.text());
    json.writeBooleanField("thought", true);
    json.writeStringField("thoughtSignature", signature.value());
    json.writeEndObject();
    return null;
  }

  /** Gemini itself sends a signature on an empty text where there is no other. */
  private void textlessSignature(@Nullable String signature) throws IOException {
    if (signature != null) {
      text("", signature);
    }
  }

  private void text(String text, @Nullable String signature) throws IOException {
    json.writeStartObject();
    json.writeStringField("text", text);
    if (signature != null) {
      json.writeStringField("thoughtSignature", signature);
    }
    json.writeEndObject();
  }

  /** Of calls side by side only the first must be signed. */
  private void call(ToolCall call, boolean isFirst) throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart("functionCall");
    id(call.id());
    json.writeStringField("name", call.name());
    json.writeFieldName("args");
    json.writeRawValue(call.arguments()); // an object: Turns saw to it
    json.writeEndObject();
    if (call.vendorData().isPresent()) {
      json.writeStringField("thoughtSignature", call.vendorData().get().data());
    } else if (isFirst && plan.model().isModern()) {
      json.writeStringField("thoughtSignature", NO_SIGNATURE);
    }
    json.writeEndObject();
  }

  /** What was invented for a model that gives no ids is no news to it. */
  private void id(String id) throws IOException {
    if (plan.hasIds() && !id.startsWith(GeminiAnswer.INVENTED)) {
      json.writeStringField("id", id);
    }
  }

  private void userParts(List<Part> parts) throws IOException {
    List<Part> images = new ArrayList<>(); // of results, behind the last of them
    for (Part part : parts) {
      if (part instanceof ToolResult result) {
        result(result, images);
        continue;
      }
      inOrder(images);
      images.clear();
      content(part);
    }
    inOrder(images);
  }

  private void inOrder(List<Part> parts) throws IOException {
    for (Part part : parts) {
      content(part);
    }
  }

  private void content(Part part) throws IOException {
    if (part instanceof Part.Image image) {
      image(image);
    } else if (part instanceof Part.File file) {
      file(file);
    } else if (part instanceof Part.Audio audio) {
      inline(audio.mediaType(), audio.bytes());
    } else if (part instanceof Part.Text text) {
      text(text.text(), null);
    }
  }

  private void image(Part.Image image) throws IOException {
    if (image.url().isPresent()) {
      URI url = image.url().get();
      link(
          url,
          Images.typeOf(url)
              .orElseThrow(() -> new UnwritableRequest("an image by URL of no type")));
      return;
    }
    inline(Images.mediaType(image), image.bytes().orElseThrow());
  }

  private void file(Part.File file) throws IOException {
    if (file.url().isPresent()) {
      link(file.url().get(), file.mediaType());
    } else {
      inline(file.mediaType(), file.bytes().orElseThrow());
    }
  }

  private void inline(String type, byte[] bytes) throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart("inlineData");
    json.writeStringField("mimeType", type);
    json.writeFieldName("data");
    body.base64("", bytes);
    json.writeEndObject();
    json.writeEndObject();
  }

  /** The vendor fetches it, and wants to be told of what type it is. */
  private void link(URI url, String type) throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart("fileData");
    json.writeStringField("mimeType", type);
    json.writeStringField("fileUri", url.toString());
    json.writeEndObject();
    json.writeEndObject();
  }

  /** Older models take no image in a result, so that it follows; none takes a link there. */
  private void result(ToolResult result, List<Part> later) throws IOException {
    String name = plan.turns().toolName(result.callId());
    List<Part> images =
        result.content().stream().filter(part -> part instanceof Part.Image).toList();
    json.writeStartObject();
    json.writeObjectFieldStart("functionResponse");
    id(result.callId());
    json.writeStringField("name", name);
    json.writeObjectFieldStart("response");
    json.writeStringField(result.failed() ? "error" : "output", result.text());
    json.writeEndObject();
    boolean haveLink = images.stream().anyMatch(i -> ((Part.Image) i).url().isPresent());
    if (!images.isEmpty() && plan.model().isModern() && !haveLink) {
      json.writeArrayFieldStart("parts");
      inOrder(images);
      json.writeEndArray();
    } else if (!images.isEmpty()) {
      later.add(new Part.Text("From the tool " + name + ":"));
      later.addAll(images);
    }
    json.writeEndObject();
    json.writeEndObject();
  }
}
