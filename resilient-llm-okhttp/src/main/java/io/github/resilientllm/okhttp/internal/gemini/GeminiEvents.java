package io.github.resilientllm.okhttp.internal.gemini;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.okhttp.internal.errors.ErrorBody;
import io.github.resilientllm.okhttp.internal.json.Fields;
import io.github.resilientllm.okhttp.internal.json.Json;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object of a Gemini answer, an event of a stream or the whole, into a {@link
 * GeminiAnswer}. What it does not know it passes over.
 */
final class GeminiEvents {
  private final GeminiAnswer answer;

  GeminiEvents(GeminiAnswer answer) {
    this.answer = answer;
  }

  /**
   * Reads the value that the parser stands on.
   *
   * @return the error in it; null if there is none
   */
  @Nullable ErrorBody read(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new MalformedAnswer("the answer is not a JSON object");
    }
    ErrorBody error = null;
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      String name = fields.name();
      if (parser.currentToken() == JsonToken.VALUE_NULL) {
        continue;
      }
      switch (name) {
        case "candidates" -> candidates(parser);
        case "promptFeedback" -> feedback(parser);
        case "usageMetadata" -> usage(parser);
        case "modelVersion" -> answer.model(Json.string(parser));
        case "responseId" -> answer.id(Json.string(parser));
        case "error" -> error = ErrorBody.read(parser);
      }
    }
    return error;
  }

  private void candidates(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw new MalformedAnswer("the candidates are not an array");
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      candidate(parser);
    }
  }

  /**
   * Only the first candidate counts, and its index stands behind its content. What it is founded on
   * is said of one that says so, and only one is asked for.
   */
  private void candidate(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new MalformedAnswer("a candidate is not an object");
    }
    List<GeminiPart> parts = List.of();
    String reason = null;
    long index = 0;
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      switch (fields.name()) {
        case "content" -> parts = content(parser);
        case "finishReason" -> reason = Json.string(parser);
        case "index" -> index = Json.count(parser);
        case "logprobsResult" -> answer.logprobs().read(parser);
        case "groundingMetadata", "urlContextMetadata", "citationMetadata" ->
            answer.content().about(fields.name(), Json.raw(parser));
      }
    }
    if (index > 0) {
      return;
    }
    answer.candidate(reason);
    for (GeminiPart part : parts) {
      answer.add(part);
    }
  }

  /** The parts of a content, which may well have none. */
  private static List<GeminiPart> content(JsonParser parser) throws IOException {
    List<GeminiPart> parts = new ArrayList<>(1);
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      if (parser.currentToken() != JsonToken.START_ARRAY || !fields.name().equals("parts")) {
        parser.skipChildren();
        continue;
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        GeminiPart part = GeminiPartReader.read(parser);
        if (part != null) {
          parts.add(part);
        }
      }
    }
    return parts;
  }

  private void feedback(JsonParser parser) throws IOException {
    Fields.one(parser, "blockReason", reason -> answer.block(Json.string(reason)));
  }

  /**
   * Thoughts are not among the candidates' tokens but are paid as output. A count of zero is left
   * out, which only the input cannot be.
   */
  private void usage(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    long input = -1;
    long tools = 0; // what they found was read as well
    long output = 0;
    long thoughts = -1;
    long cached = -1;
    long total = -1;
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      switch (fields.name()) {
        case "promptTokenCount" -> input = Json.count(parser);
        case "toolUsePromptTokenCount" -> tools = Math.max(0, Json.count(parser));
        case "candidatesTokenCount" -> output = Math.max(0, Json.count(parser));
        case "thoughtsTokenCount" -> thoughts = Json.count(parser);
        case "cachedContentTokenCount" -> cached = Json.count(parser);
        case "totalTokenCount" -> total = Json.count(parser);
      }
    }
    answer.usage(
        Usage.of(input < 0 ? input : input + tools, output + Math.max(0, thoughts))
            .withTotal(total)
            .withCachedInput(cached)
            .withReasoning(thoughts));
  }
}
