package io.github.resilientllm.okhttp.internal.bedrock;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.okhttp.internal.json.Fields;
import io.github.resilientllm.okhttp.internal.json.Json;
import java.io.IOException;

/**
 * The {@code usage} object of a Converse answer, whose input leaves out what a cache had part in.
 */
final class BedrockUsage {

  private BedrockUsage() {}

  /** Reads the value that the parser stands on; unknown if it is no object. */
  static Usage read(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return Usage.unknown();
    }
    long input = -1;
    long output = -1;
    long total = -1;
    long cached = -1;
    long cacheWrite = -1;
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      switch (fields.name()) {
        case "inputTokens" -> input = Json.count(parser);
        case "outputTokens" -> output = Json.count(parser);
        case "totalTokens" -> total = Json.count(parser);
        case "cacheReadInputTokens" -> cached = Json.count(parser);
        case "cacheWriteInputTokens" -> cacheWrite = Json.count(parser);
      }
    }
    long all = input < 0 ? -1 : input + Math.max(0, cached) + Math.max(0, cacheWrite);
    return Usage.of(all, output)
        .withTotal(total)
        .withCachedInput(cached)
        .withCacheWrite(cacheWrite);
  }
}
