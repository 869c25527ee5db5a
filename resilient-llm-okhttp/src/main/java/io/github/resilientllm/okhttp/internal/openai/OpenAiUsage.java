package io.github.resilientllm.okhttp.internal.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.okhttp.internal.json.Fields;
import io.github.resilientllm.okhttp.internal.json.Json;
import java.io.IOException;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** The {@code usage} object of an OpenAI-shaped answer. A count that is not there stays absent. */
final class OpenAiUsage {
  private static final long ABSENT = -1;

  private long input = ABSENT;
  private long output = ABSENT;
  private long total = ABSENT;
  private long cached = ABSENT;
  private long cacheWrite = ABSENT;
  private long reasoning = ABSENT;
  private @Nullable BigDecimal cost;

  private OpenAiUsage() {}

  /** Reads the object the parser stands on. */
  static Usage read(JsonParser parser) throws IOException {
    OpenAiUsage usage = new OpenAiUsage();
    usage.fields(parser);
    Usage tokens =
        Usage.of(usage.input, usage.output)
            .withTotal(usage.total)
            .withCachedInput(usage.cached)
            .withCacheWrite(usage.cacheWrite)
            .withReasoning(usage.reasoning);
    return usage.cost == null ? tokens : tokens.withCost(usage.cost);
  }

  private void fields(JsonParser parser) throws IOException {
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      field(fields.name(), parser);
    }
  }

  /** The parts have names of their own, so the objects around them need not be told apart. */
  private void field(String name, JsonParser parser) throws IOException {
    switch (name) {
      case "prompt_tokens" -> input = Json.count(parser);
      case "completion_tokens" -> output = Json.count(parser);
      case "total_tokens" -> total = Json.count(parser);
      case "cached_tokens", "prompt_cache_hit_tokens" ->
          cached = Math.max(cached, Json.count(parser));
      case "cost" -> cost = Json.amount(parser); // OpenRouter's, in dollars
      case "cache_write_tokens" -> cacheWrite = Json.count(parser);
      case "reasoning_tokens" -> reasoning = Json.count(parser);
      case "prompt_tokens_details", "completion_tokens_details" -> {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
          fields(parser);
        }
      }
    }
  }
}
