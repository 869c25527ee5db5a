package io.github.resilientllm.okhttp.internal.anthropic;

import com.fasterxml.jackson.core.JsonParser;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.okhttp.internal.json.Fields;
import io.github.resilientllm.okhttp.internal.json.Json;
import java.io.IOException;

/**
 * The counts of an answer so far. A stream sends them twice, and the later ones count; those that
 * it does not repeat stay. A count that never comes stays absent.
 */
final class AnthropicUsage {
  private static final long ABSENT = -1;

  private long freshInput = ABSENT;
  private long cacheWrite = ABSENT;
  private long cacheRead = ABSENT;
  private long output = ABSENT;
  private long thought = ABSENT;
  private String serviceTier = "";

  /** Reads the object that the parser stands on. */
  void read(JsonParser parser) throws IOException {
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      switch (fields.name()) {
        case "input_tokens" -> freshInput = latest(parser, freshInput);
        case "cache_creation_input_tokens" -> cacheWrite = latest(parser, cacheWrite);
        case "cache_read_input_tokens" -> cacheRead = latest(parser, cacheRead);
        case "output_tokens" -> output = latest(parser, output);
        case "thinking_tokens" -> thought = latest(parser, thought);
        case "service_tier" -> serviceTier = Json.word(parser);
        case "output_tokens_details" -> read(parser);
      }
    }
  }

  /** In the meaning of all vendors: the vendor's own input is without what the cache has to do. */
  Usage total() {
    long input =
        freshInput == ABSENT
            ? ABSENT
            : freshInput + Math.max(0, cacheWrite) + Math.max(0, cacheRead);
    return Usage.of(input, output)
        .withCachedInput(cacheRead)
        .withCacheWrite(cacheWrite)
        .withReasoning(thought);
  }

  /** The tier that served; empty if it was not said. */
  String serviceTier() {
    return serviceTier;
  }

  private static long latest(JsonParser parser, long before) throws IOException {
    long count = Json.count(parser);
    return count < 0 ? before : count;
  }
}
