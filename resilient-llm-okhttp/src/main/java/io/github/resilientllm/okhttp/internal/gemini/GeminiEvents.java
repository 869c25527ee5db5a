package io.github.resilientllm.okhttp.internal.gemini;

import io.github.resilientllm.okhttp.internal.errors.ErrorBody;
import io.github.resilientllm.okhttp.internal.json.Json;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.chat.Usage;
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
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      if (parser.nextToken() == JsonToken.VALUE_NULL) {
        continue;
      }
      switch (name) {
        case "candidates" -> candidates(parser);
        case "promptFeedback" -> feedback(parser);
        case "usageMetadata" -> usage(parser);
        case "modelVersion" -> answer.model(Json.string(parser));
        case "responseId" -> answer.id(Json.string(parser));
        case "error" -> error = ErrorBody.read(parser);
        default -> parser.skipChildren();
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

  /** Only the first candidate counts, and its index stands behind its content. */
  private void candidate(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new MalformedAnswer("a candidate is not an object");
    }
    List<GeminiPart> parts = List.of();
    String reason = null;
    long index = 0;
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      switch (name) {
        case "content" -> parts = content(parser);
        case "finishReason" -> reason = Json.string(parser);
        case "index" -> index = Json.count(parser);
        case "logprobsResult" -> answer.logprobs().read(parser); // one candidate is asked for
        default -> parser.skipChildren();
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
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return parts;
    }
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      if (parser.nextToken() != JsonToken.START_ARRAY || !name.equals("parts")) {
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
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      if (name.equals("blockReason")) {
        answer.block(Json.string(parser));
      } else {
        parser.skipChildren();
      }
    }
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
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      switch (name) {
        case "promptTokenCount" -> input = Json.count(parser);
        case "toolUsePromptTokenCount" -> tools = Math.max(0, Json.count(parser));
        case "candidatesTokenCount" -> output = Math.max(0, Json.count(parser));
        case "thoughtsTokenCount" -> thoughts = Json.count(parser);
        case "cachedContentTokenCount" -> cached = Json.count(parser);
        case "totalTokenCount" -> total = Json.count(parser);
        default -> parser.skipChildren();
      }
    }
    answer.usage(
        Usage.of(input < 0 ? input : input + tools, output + Math.max(0, thoughts))
            .withTotal(total)
            .withCachedInput(cached)
            .withReasoning(thoughts));
  }
}
