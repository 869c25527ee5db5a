package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.okhttp.internal.anthropic.AnthropicProtocol;
import io.github.resilientllm.okhttp.internal.bedrock.BedrockStreamTest;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.head.Words;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import okhttp3.Headers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every recorded exchange of a vendor is understood as it was meant. */
class FixtureConformanceTest {
  private static final Map<String, Protocol> VENDORS =
      Map.ofEntries(
          Map.entry("anthropic", new AnthropicProtocol("m", false, InstantSource.system())),
          Map.entry("openai", Collected.protocol(Dialect.OPENAI)),
          Map.entry("azure", Collected.protocol(Dialect.OPENAI)),
          Map.entry("bedrock", BedrockStreamTest.protocol()),
          Map.entry("deepseek", Collected.protocol(Dialect.DEEPSEEK)),
          Map.entry("groq", Collected.protocol(Dialect.GROQ)),
          Map.entry("mistral", Collected.protocol(Dialect.MISTRAL)),
          Map.entry("ollama", Collected.protocol(Dialect.OLLAMA)),
          Map.entry("openrouter", Collected.protocol(Dialect.OPENROUTER)),
          Map.entry("vllm", Collected.protocol(Dialect.VLLM)),
          Map.entry("xai", Collected.protocol(Dialect.COMPATIBLE)),
          Map.entry("gemini", Collected.gemini("gemini-2.5-flash")),
          Map.entry("gemini-openai-compat", Collected.protocol(Dialect.COMPATIBLE)),
          Map.entry("anthropic-openai-compat", Collected.protocol(Dialect.COMPATIBLE)));

  private static final Map<String, ErrorKind> KINDS =
      Map.ofEntries(
          Map.entry("rate_limited", ErrorKind.RATE_LIMITED),
          Map.entry("quota_exhausted", ErrorKind.QUOTA_EXHAUSTED),
          Map.entry("request_exceeds_rate_limit", ErrorKind.REQUEST_TOO_LARGE),
          Map.entry("overloaded", ErrorKind.OVERLOADED),
          Map.entry("server_error", ErrorKind.SERVER_ERROR),
          Map.entry("auth", ErrorKind.UNAUTHORIZED),
          Map.entry("permission_denied", ErrorKind.FORBIDDEN),
          Map.entry("model_not_found", ErrorKind.MODEL_NOT_FOUND),
          Map.entry("context_overflow", ErrorKind.CONTEXT_TOO_LONG),
          Map.entry("content_filter", ErrorKind.CONTENT_FILTERED),
          Map.entry("invalid_request", ErrorKind.INVALID_REQUEST),
          Map.entry("tool_generation_failed", ErrorKind.TOOL_GENERATION_FAILED),
          Map.entry("protocol_error", ErrorKind.MALFORMED_RESPONSE));

  private static int passed;
  private static int total;

  @AfterAll
  static void tell() {
    System.out.println("Fixtures: " + passed + " of " + total + " passed");
  }

  @TestFactory
  List<DynamicTest> everyFixture() {
    Path root = Fixtures.root();
    List<DynamicTest> tests = new ArrayList<>();
    VENDORS.forEach(
        (vendor, protocol) -> {
          for (Path name : Fixtures.cases(root.resolve(vendor))) {
            total++;
            tests.add(
                DynamicTest.dynamicTest(
                    root.relativize(name).toString(),
                    () -> {
                      check(name, protocol);
                      passed++;
                    }));
          }
        });
    return tests;
  }

  private static void check(Path name, Protocol protocol) throws IOException {
    JsonNode expected = Fixtures.json(name, ".expected.json");
    byte[] body = Fixtures.body(name);
    if (expected.path("error").has("retry_same_target")) {
      JsonNode http = Fixtures.json(name, ".meta.json").get("http");
      checkError(expected.get("error"), http, protocol, body);
    } else {
      checkAnswer(expected, Collected.fromBody(protocol, body, Fixtures.isStream(name)));
    }
  }

  private static void checkAnswer(JsonNode expected, Collected got) throws IOException {
    boolean complete = expected.path("complete").asBoolean(true);
    assertThat(got.failure == null).as("complete, failure %s", got.failure).isEqualTo(complete);
    if (!complete) {
      checkFailure(expected.path("error"), got);
    }
    for (JsonNode choice : expected.path("choices")) {
      checkContent(expected, choice, got);
    }
    if (expected.has("text")) {
      checkContent(expected, expected, got);
    }
  }

  private static void checkFailure(JsonNode error, Collected got) {
    if (error.isNull()) {
      assertThat(got.failure.kind()).isEqualTo(ErrorKind.STREAM_TRUNCATED);
    } else if (error.has("kind")) {
      assertThat(got.failure.kind()).isEqualTo(KINDS.get(error.get("kind").asText()));
    }
  }

  private static void checkContent(JsonNode expected, JsonNode choice, Collected got)
      throws IOException {
    assertThat(got.text.toString()).isEqualTo(choice.get("text").asText());
    assertThat(got.reasoning.toString()).isEqualTo(choice.get("reasoning").asText());
    checkCalls(choice.get("tool_calls"), got);
    if (choice.has("thought_signatures")) {
      assertThat(got.vendorData()).hasSize(choice.get("thought_signatures").asInt());
    }
    if (got.completion != null) {
      checkCompletion(expected, choice, got.completion);
    }
  }

  private static void checkCalls(JsonNode expected, Collected got) throws IOException {
    assertThat(got.calls.keySet()).hasSize(expected.size());
    int index = 0;
    for (JsonNode call : expected) {
      Collected.Call made = got.calls.get(index++);
      assertThat(made.name).isEqualTo(call.get("name").asText());
      if (call.has("arguments_text")) {
        assertThat(made.arguments).isEqualTo(call.get("arguments_text").asText());
      } else {
        assertThat(Fixtures.JSON.readTree(made.arguments)).isEqualTo(call.get("arguments"));
      }
      if (call.path("id").asText("").isEmpty()) {
        assertThat(made.id).as("invented").startsWith("call_");
      } else {
        assertThat(made.id).isEqualTo(call.get("id").asText());
      }
    }
  }

  private static void checkCompletion(JsonNode expected, JsonNode choice, Completion got) {
    assertThat(got.id()).isEqualTo(expected.path("id").asText(""));
    assertThat(got.model()).isEqualTo(expected.path("model").asText(""));
    String blocked = choice.path("block_reason").asText(""); // a prompt's, before any answer
    assertThat(got.vendorFinishReason()).isEqualTo(choice.get("finish_raw").asText(blocked));
    assertThat(got.finishReason().name().toLowerCase(Locale.ROOT))
        .isEqualTo(choice.get("finish").asText());
    if (choice.has("refusal")) {
      assertThat(got.refusal()).isEqualTo(Optional.ofNullable(choice.get("refusal").textValue()));
    }
    JsonNode usage = expected.get("usage");
    Usage counted = got.usage();
    assertThat(counted.isUnknown()).isEqualTo(usage.isNull());
    if (usage.isNull()) {
      return;
    }
    assertThat(counted.inputTokens()).isEqualTo(count(usage, "input"));
    assertThat(counted.outputTokens()).isEqualTo(count(usage, "output"));
    assertThat(counted.cachedInputTokens()).isEqualTo(count(usage, "cached_input"));
    assertThat(counted.cacheWriteTokens()).isEqualTo(count(usage, "cache_write"));
    assertThat(counted.reasoningTokens()).isEqualTo(count(usage, "reasoning"));
    boolean isSum = usage.has("uncached_input"); // where the vendor sends no total
    if (!isSum || counted.totalTokens().isPresent()) {
      assertThat(counted.totalTokens()).isEqualTo(count(usage, "total"));
    }
  }

  private static void checkError(JsonNode expected, JsonNode http, Protocol protocol, byte[] body) {
    Headers.Builder headers = new Headers.Builder();
    for (Map.Entry<String, JsonNode> header : http.path("headers").properties()) {
      headers.set(header.getKey(), header.getValue().asText());
    }
    ResponseHead head =
        new ResponseHead("test", http.get("status").asInt(), headers.build(), Words.OF_NO_SECRET);
    ProviderException failure = protocol.failure(head, body);
    assertThat(failure.kind().retriesSameTarget())
        .isEqualTo(expected.get("retry_same_target").asBoolean());
    if (failure.kind()
        == ErrorKind.NOT_FOR_THIS_TARGET) { // which was not known when they were made
      assertThat(expected.get("kind").asText()).isEqualTo("invalid_request");
    } else {
      assertThat(failure.kind()).isEqualTo(KINDS.get(expected.get("kind").asText()));
      JsonNode failover = expected.get("failover_to_other_target");
      boolean toLarger = failover.asText().startsWith("only to a target");
      assertThat(failure.kind().triesNextTarget()).isEqualTo(failover.asBoolean() || toLarger);
    }
    JsonNode delay = expected.get("retry_after_ms");
    assertThat(failure.retryAfter().map(Duration::toMillis).orElse(null))
        .isEqualTo(delay.isNull() ? null : delay.asLong());
    if (expected.path("message").isTextual()) {
      assertThat(failure.getMessage()).doesNotContain(expected.get("message").asText());
    }
  }

  private static OptionalLong count(JsonNode usage, String name) {
    JsonNode count = usage.path(name);
    return count.isNull() || count.isMissingNode()
        ? OptionalLong.empty()
        : OptionalLong.of(count.asLong());
  }
}
