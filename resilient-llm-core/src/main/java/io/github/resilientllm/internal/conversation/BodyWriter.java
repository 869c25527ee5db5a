package io.github.resilientllm.internal.conversation;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.chat.VendorData;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The contents of a conversation as JSON. {@link BodyReader} reads it; {@code
 * docs/journal-format.md} describes it.
 */
public final class BodyWriter {
  private final StringWriter text = new StringWriter();
  private final JsonGenerator json;
  private final Redaction redaction;

  private BodyWriter(Redaction redaction) throws IOException {
    this.json = JsonTree.FACTORY.createGenerator(text);
    this.redaction = redaction;
  }

  /** What is written into an object. */
  public interface Fields {
    /** Writes it. */
    void write(BodyWriter body) throws IOException;
  }

  /** One object, with all that is said as it is. */
  public static String object(Fields fields) {
    return object(Redaction.NONE, fields);
  }

  /** One object; every text in it that was said passes the redaction. */
  static String object(Redaction redaction, Fields fields) {
    try {
      BodyWriter body = new BodyWriter(redaction);
      try (JsonGenerator json = body.json) {
        json.writeStartObject();
        fields.write(body);
        json.writeEndObject();
      }
      return body.text.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // cannot be: memory does not fail
    }
  }

  /** For what is no body's. */
  public JsonGenerator json() {
    return json;
  }

  /** A field that is said by somebody, and therefore redacted. */
  void said(String name, String what) throws IOException {
    json.writeStringField(name, redaction.of(what));
  }

  /** A field that is left away when there is nothing in it. */
  public void optional(String name, @Nullable String value) throws IOException {
    if (value != null && !value.isEmpty()) {
      json.writeStringField(name, value);
    }
  }

  /**
   * What was before a question.
   *
   * @param path for a question with a key, as {@link TurnKeys} has it; null if it is not known
   */
  void past(Transcript.Past past, @Nullable List<Long> path) throws IOException {
    json.writeObjectFieldStart("past");
    json.writeStringField("life", past.life());
    json.writeNumberField("turns", past.turns());
    json.writeNumberField("system", past.system());
    json.writeNumberField("summary", past.summary());
    json.writeNumberField("keyed", past.keyed());
    if (path != null) {
      json.writeArrayFieldStart("path");
      for (long number : path) {
        json.writeNumber(number);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  /** The fields of a question's body, which is now after something else. */
  void saidAfter(Transcript.Past past, @Nullable List<Long> path, String body) throws IOException {
    past(past, path);
    try (JsonParser parser = JsonTree.FACTORY.createParser(body)) {
      parser.nextToken(); // the beginning of the object
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        if (parser.currentName().equals("past")) {
          parser.nextToken();
          parser.skipChildren();
        } else {
          json.copyCurrentStructure(parser);
        }
      }
    }
  }

  /**
   * Which question this is about, and how many messages of its turn are before it: who misses some
   * of them does not take the turn for whole, nor what is left of it for another's.
   */
  void about(Instant askedAt, int messages) throws IOException {
    json.writeNumberField("asked", askedAt.toEpochMilli());
    json.writeNumberField("after", messages);
  }

  /** A message as a field. */
  public void message(String name, Message message) throws IOException {
    json.writeFieldName(name);
    message(message);
  }

  /** A message. */
  public void message(Message message) throws IOException {
    json.writeStartObject();
    json.writeStringField("role", message.role().name());
    parts("parts", message.parts());
    json.writeEndObject();
  }

  void parts(String name, List<Part> parts) throws IOException {
    json.writeArrayFieldStart(name);
    for (Part part : parts) {
      if (part instanceof Part.Verbatim && !redaction.isNone()) {
        continue; // it repeats what was said, in a form in which nobody can redact it
      }
      json.writeStartObject();
      if (part instanceof Part.Text said) {
        said("text", said.text());
      } else if (part instanceof Part.Image image) {
        image(image);
      } else if (part instanceof Part.File file) {
        file(file);
      } else if (part instanceof Part.Audio audio) {
        json.writeStringField("mediaType", audio.mediaType());
        json.writeBinaryField("audio", audio.bytes());
      } else if (part instanceof Part.Reasoning reasoning) {
        said("reasoning", reasoning.text());
        vendorData(reasoning.vendorData().orElse(null));
      } else if (part instanceof ToolCall call) {
        json.writeStringField("call", call.id());
        json.writeStringField("name", call.name());
        said("arguments", call.arguments());
        vendorData(call.vendorData().orElse(null));
      } else if (part instanceof ToolResult result) {
        result(result);
      } else if (part instanceof Part.Verbatim verbatim) {
        json.writeStringField("verbatim", verbatim.content().vendor());
        json.writeStringField("data", verbatim.content().data());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  void result(ToolResult result) throws IOException {
    json.writeStringField("result", result.callId());
    parts("content", result.content());
    if (result.failed()) {
      json.writeBooleanField("failed", true);
    }
  }

  /** An answer's fields. */
  public void answer(ChatResponse answer) throws IOException {
    message("message", answer.message());
    json.writeStringField("finish", answer.finishReason().name());
    optional("vendorFinish", answer.vendorFinishReason());
    usage(answer.usage());
    optional("id", answer.id());
    optional("model", answer.model());
    optional("tier", answer.serviceTier());
    optional("by", answer.answeredBy());
    attempts(answer.attempts());
    if (!answer.seams().isEmpty()) {
      json.writeArrayFieldStart("seams");
      for (int seam : answer.seams()) {
        json.writeNumber(seam);
      }
      json.writeEndArray();
    }
  }

  void attempts(List<Attempt> attempts) throws IOException {
    json.writeArrayFieldStart("attempts");
    for (Attempt attempt : attempts) {
      json.writeStartObject();
      json.writeStringField("target", attempt.target());
      json.writeStringField("kind", attempt.kind().name());
      json.writeNumberField("startNanos", attempt.startedAfter().toNanos());
      json.writeNumberField("nanos", attempt.duration().toNanos());
      if (attempt.timeToFirstToken().isPresent()) {
        json.writeNumberField("firstTokenNanos", attempt.timeToFirstToken().get().toNanos());
      }
      optional("error", attempt.error().map(Enum::name).orElse(null));
      if (attempt.httpStatus().isPresent()) {
        json.writeNumberField("status", attempt.httpStatus().getAsInt());
      }
      optional("requestId", attempt.requestId().orElse(null));
      optional("reason", attempt.reason().orElse(null));
      if (!attempt.leftOut().isEmpty()) {
        json.writeArrayFieldStart("leftOut");
        for (String phrase : attempt.leftOut()) {
          json.writeString(phrase);
        }
        json.writeEndArray();
      }
      usage(attempt.usage());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void usage(Usage usage) throws IOException {
    if (usage.isUnknown()) {
      return;
    }
    json.writeObjectFieldStart("usage");
    count("input", usage.inputTokens());
    count("output", usage.outputTokens());
    count("total", usage.totalTokens());
    count("cachedInput", usage.cachedInputTokens());
    count("cacheWrite", usage.cacheWriteTokens());
    count("reasoning", usage.reasoningTokens());
    optional("cost", usage.cost().map(BigDecimal::toPlainString).orElse(null));
    json.writeEndObject();
  }

  private void count(String name, OptionalLong tokens) throws IOException {
    if (tokens.isPresent()) {
      json.writeNumberField(name, tokens.getAsLong());
    }
  }

  private void image(Part.Image image) throws IOException {
    if (image.url().isPresent()) {
      json.writeStringField("imageUrl", image.url().get().toString());
      return;
    }
    json.writeStringField("mediaType", image.mediaType().orElseThrow());
    json.writeBinaryField("image", image.bytes().orElseThrow());
  }

  private void file(Part.File file) throws IOException {
    json.writeStringField("mediaType", file.mediaType());
    if (file.url().isPresent()) {
      json.writeStringField("fileUrl", file.url().get().toString());
      return;
    }
    said("name", file.name());
    json.writeBinaryField("file", file.bytes().orElseThrow());
  }

  private void vendorData(@Nullable VendorData data) throws IOException {
    if (data != null) {
      json.writeObjectFieldStart("vendorData");
      json.writeStringField("vendor", data.vendor());
      json.writeStringField("data", data.data());
      json.writeEndObject();
    }
  }
}
