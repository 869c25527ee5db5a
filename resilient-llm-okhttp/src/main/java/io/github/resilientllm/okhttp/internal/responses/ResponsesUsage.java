package io.github.resilientllm.okhttp.internal.responses;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.okhttp.internal.json.Fields;
import io.github.resilientllm.okhttp.internal.json.Json;
import java.io.IOException;

/** The {@code usage} object of a response. A count that is not there stays absent. */
final class ResponsesUsage {
  private static final long ABSENT = -1;

  private long input = ABSENT;
  private long output = ABSENT;
  private long total = ABSENT;
  private long cached = ABSENT;
  private long cacheWrite = ABSENT;
  private long reasoning = ABSENT;

  private ResponsesUsage() {}

  /** Reads the object that the parser stands on. */
  static Usage read(JsonParser parser) throws IOException {
    ResponsesUsage usage = new ResponsesUsage();
    usage.fields(parser);
    return Usage.of(usage.input, usage.output)
        .withTotal(usage.total)
        .withCachedInput(usage.cached)
        .withCacheWrite(usage.cacheWrite)
        .withReasoning(usage.reasoning);
  }

  private void fields(JsonParser parser) throws IOException {
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      switch (fields.name()) {
        case "input_tokens" -> input = Json.count(parser);
        case "output_tokens" -> output = Json.count(parser);
        case "total_tokens" -> total = Json.count(parser);
        case "cached_tokens" -> cached = Json.count(parser);
        case "cache_write_tokens" -> cacheWrite = Json.count(parser);
        case "reasoning_tokens" -> reasoning = Json.count(parser);
        case "input_tokens_details", "output_tokens_details" -> {
          if (parser.currentToken() == JsonToken.START_OBJECT) {
            fields(parser); // they have names of their own
          }
        }
      }
    }
  }
}
