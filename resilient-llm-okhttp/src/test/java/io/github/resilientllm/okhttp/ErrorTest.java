package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.okhttp.internal.errors.Classifier;
import io.github.resilientllm.okhttp.internal.errors.ErrorBody;
import io.github.resilientllm.okhttp.internal.head.Durations;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.head.Words;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import okhttp3.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors of every shape get their kind, and servers' wishes about retries are understood. */
class ErrorTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2024-03-26T19:59:59Z"));

  private static ProviderException failure(int status, Headers headers, String body) {
    return new Classifier(CLOCK, false)
        .failure(
            new ResponseHead("test", status, headers, Words.OF_NO_SECRET),
            ErrorBody.parse(body.getBytes(StandardCharsets.UTF_8)));
  }

  private static ErrorKind kind(int status, String body) {
    return failure(status, Headers.of(), body).kind();
  }

  @Test
  void anOuterTypeThatSaysNothingDoesNotHideTheInnerOne() {
    ErrorBody error =
        ErrorBody.parse(
            "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"m\"}}"
                .getBytes(StandardCharsets.UTF_8));
    assertThat(error.type()).isEqualTo("overloaded_error");
  }

  @Test
  void anthropicsWordsAreUnderstood() {
    String body = "{\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":\"%s\"}}";
    String invalid = "invalid_request_error";
    assertThat(kind(400, body.formatted(invalid, "Output blocked by content filtering policy")))
        .isEqualTo(ErrorKind.CONTENT_FILTERED);
    assertThat(kind(400, body.formatted(invalid, "prompt is too long: 9 tokens > 8 maximum")))
        .isEqualTo(ErrorKind.CONTEXT_TOO_LONG);
    assertThat(
            kind(
                429,
                body.formatted(
                    "rate_limit_error", "Extra usage is required for long context requests.")))
        .isEqualTo(ErrorKind.REQUEST_TOO_LARGE);
    assertThat(kind(403, body.formatted("permission_error", "x"))).isEqualTo(ErrorKind.FORBIDDEN);
    assertThat(kind(413, body.formatted("request_too_large", "x")))
        .isEqualTo(ErrorKind.REQUEST_TOO_LARGE);
  }

  @Test
  void anEmptyBucketIsWaitedForUntilItsReset() {
    Headers headers =
        Headers.of(
            "anthropic-ratelimit-requests-remaining", "0",
            "anthropic-ratelimit-requests-reset", "2024-03-26T20:00:02Z",
            "anthropic-ratelimit-tokens-remaining", "0",
            "anthropic-ratelimit-tokens-reset", "2024-03-26T20:00:01Z",
            "anthropic-ratelimit-input-tokens-remaining", "9",
            "anthropic-ratelimit-input-tokens-reset", "2024-03-26T21:00:00Z",
            "anthropic-ratelimit-output-tokens-remaining", "0",
            "anthropic-ratelimit-output-tokens-reset", "soon");
    assertThat(failure(429, headers, "").retryAfter()).contains(Duration.ofSeconds(3));
    assertThat(failure(429, headers.newBuilder().add("retry-after", "7").build(), "").retryAfter())
        .contains(Duration.ofSeconds(7));
  }

  @ParameterizedTest
  @CsvSource({
    "400, NOT_FOR_THIS_TARGET",
    "401, UNAUTHORIZED",
    "402, QUOTA_EXHAUSTED",
    "404, MODEL_NOT_FOUND",
    "408, TIMEOUT",
    "409, SERVER_ERROR",
    "413, REQUEST_TOO_LARGE",
    "418, NOT_FOR_THIS_TARGET",
    "422, NOT_FOR_THIS_TARGET",
    "429, RATE_LIMITED",
    "498, OVERLOADED",
    "500, SERVER_ERROR",
    "502, SERVER_ERROR",
    "503, OVERLOADED",
    "504, TIMEOUT",
    "520, SERVER_ERROR",
    "529, OVERLOADED"
  })
  void aBodyThatSaysNothingLeavesTheStatus(int status, ErrorKind kind) {
    for (String body :
        new String[] {
          "",
          "null",
          "[]",
          "{}",
          "\"x\"",
          "<html>429 insufficient_quota</html>",
          "{\"error\":{\"",
          "plain text that mentions 429",
          "{\"error\":null}",
          "[[[[[[[[[[[[[[[[[[[[[["
        }) {
      assertThat(kind(status, body)).as(body).isEqualTo(kind);
    }
  }

  /** A firewall in between may have been provoked by one prompt; a vendor says it in JSON. */
  @Test
  void aRefusalThatIsNoJsonIsNoVendorsWordAboutTheKey() {
    for (String vendors : new String[] {"", "null", "{}", "{\"message\":\"Forbidden\"}"}) {
      assertThat(kind(403, vendors)).as(vendors).isEqualTo(ErrorKind.FORBIDDEN);
    }
    for (String others : new String[] {"<html>Blocked</html>", "error code: 1020", " <!DOCTYPE"}) {
      assertThat(kind(403, others)).as(others).isEqualTo(ErrorKind.NOT_FOR_THIS_TARGET);
    }
  }

  /** Who is refused for what he wrote must not be able to lock the target for others. */
  @Test
  void whatAUserWroteLocksNoTarget() {
    for (String words :
        new String[] {
          "This organization has been disabled", "Incorrect API key provided",
          "You have reached your specified API usage limits", "No endpoints found for x"
        }) {
      String body = "{\"error\":{\"message\":\"Cannot take: '" + words + "'\"}}";
      assertThat(kind(400, body).locksOutTarget()).as(words).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "429 | {\"error\":{\"code\":\"insufficient_quota\"}}                    | QUOTA_EXHAUSTED",
        "400 | {\"message\":\"Your credit balance is too low to ...\"}          | QUOTA_EXHAUSTED",
        "400 | [{\"error\":{\"message\":\"maximum context length is 9\"}}]      | CONTEXT_TOO_LONG",
        "400 | {\"error\":{\"code\":\"context_length_exceeded\"}}               | CONTEXT_TOO_LONG",
        "422 | {\"detail\":[{\"msg\":\"Prompt is too long: 9 tokens\"}]}        | CONTEXT_TOO_LONG",
        "413 | {\"message\":{\"detail\":[{\"msg\":\"prompt is too long\"}]}}    | CONTEXT_TOO_LONG",
        "429 | {\"error\":{\"message\":\"prompt is too long\"}}                 | RATE_LIMITED",
        "500 | {\"error\":{\"message\":\"prompt is too long\"}}                 | SERVER_ERROR",
        "400 | {\"error\":{\"message\":\"request (9 tokens) exceeds the available context size\"}}"
            + "| CONTEXT_TOO_LONG",
        "400 | {\"error\":{\"message\":\"Too large for model with 9 maximum context length\"}}"
            + "| CONTEXT_TOO_LONG",
        "400 | {\"error\":{\"message\":\"The input token count (9) exceeds the maximum number\"}}"
            + "| CONTEXT_TOO_LONG",
        "400 | {\"error\":{\"metadata\":{\"raw\":\"prompt is too long\"}}}      | CONTEXT_TOO_LONG",
        "400 | {\"error\":{\"innererror\":{\"code\":\"ResponsibleAIPolicyViolation\"}}}"
            + "| CONTENT_FILTERED",
        "400 | {\"error\":{\"message\":\"Invalid prompt: flagged as violating our usage policy\"}}"
            + "| CONTENT_FILTERED",
        "403 | {\"error\":{\"code\":403,\"metadata\":{\"reasons\":[\"x\"]}}}    | CONTENT_FILTERED",
        "404 | {\"error\":{\"code\":\"DeploymentNotFound\"}}                    | MODEL_NOT_FOUND",
        "400 | {\"object\":\"error\",\"type\":\"invalid_model\",\"code\":\"1500\"} | MODEL_NOT_FOUND",
        "400 | {\"error\":{\"code\":\"tool_use_failed\",\"failed_generation\":\"x\"}}"
            + "| TOOL_GENERATION_FAILED",
        "502 | {\"error\":{\"code\":429}}                                       | RATE_LIMITED",
        "413 | {\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"Request too large\"}}"
            + "| REQUEST_TOO_LARGE",
        "429 | {\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"my request too large\"}}"
            + "| RATE_LIMITED",
        "404 | {\"error\":\"model 'x' not found\"}                              | MODEL_NOT_FOUND",
        "400 | {\"error\":{\"code\":400,\"status\":\"INVALID_ARGUMENT\",\"details\":"
            + "[{\"reason\":\"API_KEY_INVALID\"}]}}                             | UNAUTHORIZED",
        "400 | {\"error\":{\"message\":\"API key not valid. Please pass one.\"}} | UNAUTHORIZED",
        "400 | {\"error\":{\"message\":\"You wrote: API key not valid\"}}       | NOT_FOR_THIS_TARGET",
        "400 | {\"error\":{\"code\":400,\"status\":\"FAILED_PRECONDITION\"}}    | FORBIDDEN",
        "403 | {\"error\":{\"code\":403,\"status\":\"PERMISSION_DENIED\"}}      | FORBIDDEN",
        "429 | [{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\"}}]   | RATE_LIMITED",
        "429 | {\"error\":{\"message\":\"Quota exceeded, limit: 0, model: x\"}} | QUOTA_EXHAUSTED",
        "429 | {\"error\":{\"message\":\"Quota exceeded, limit: 0.5\"}}         | RATE_LIMITED",
        "429 | {\"error\":{\"details\":[{\"violations\":[{\"quotaId\":\"APerMinute\"},"
            + "{\"quotaId\":\"BPerDay\"}]},{\"retryDelay\":\"9s\"}]}}         | QUOTA_EXHAUSTED",
        "499 | {\"error\":{\"code\":499,\"status\":\"CANCELLED\"}}              | TIMEOUT",
        "500 | {\"error\":{\"code\":500,\"status\":\"INTERNAL\"}}               | SERVER_ERROR",
        "503 | {\"error\":{\"code\":503,\"status\":\"UNAVAILABLE\"}}            | OVERLOADED",
        "504 | {\"error\":{\"code\":504,\"status\":\"DEADLINE_EXCEEDED\"}}      | TIMEOUT",
      })
  void wordsSayMoreThanTheStatus(int status, String body, ErrorKind kind) {
    assertThat(kind(status, body)).isEqualTo(kind);
  }

  @Test
  void theMessageHasOnlyWordsThatCannotQuoteAnything() {
    String body =
        "{\"error\":{\"message\":\"You wrote: my password\",\"type\":\"my password\","
            + "\"code\":\"bad_code.1:x-y\"}}";
    assertThat(failure(400, Headers.of(), body)).hasMessage("test: HTTP 400, code bad_code.1:x-y");
    String longCode = "{\"error\":{\"code\":\"" + "c".repeat(65) + "\"}}";
    assertThat(failure(400, Headers.of(), longCode)).hasMessage("test: HTTP 400");
  }

  @Test
  void recordedHeadersGiveTheirDelaysAndHints() throws IOException {
    Path file = Fixtures.root().resolve("headers/durations/retry-after-cases");
    for (JsonNode entry : Fixtures.json(file, ".json").get("cases")) {
      Headers.Builder headers = new Headers.Builder();
      for (Map.Entry<String, JsonNode> header : entry.get("headers").properties()) {
        headers.set(header.getKey(), header.getValue().asText());
      }
      ProviderException failure = failure(entry.get("status").asInt(), headers.build(), "");
      JsonNode delay = entry.path("delay_ms");
      assertThat(failure.retryAfter())
          .as(entry.toString())
          .isEqualTo(
              delay.isNumber() ? Optional.of(Duration.ofMillis(delay.asLong())) : Optional.empty());
      JsonNode retry = entry.path("retry");
      assertThat(failure.retryHint())
          .as(entry.toString())
          .isEqualTo(retry.isBoolean() ? Optional.of(retry.asBoolean()) : Optional.empty());
    }
  }

  @Test
  void recordedDurationsAreRoundedUpToMilliseconds() throws IOException {
    Path file = Fixtures.root().resolve("headers/durations/ratelimit-reset-values");
    JsonNode values = Fixtures.json(file, ".json");
    for (String group : new String[] {"recorded", "from_docs_or_issue_text", "azure_unitless"}) {
      for (JsonNode pair : values.get(group)) {
        String text = pair.get(0).asText().replace(" (google.rpc.Duration)", "");
        Optional<Duration> expected =
            pair.get(1).isNull()
                ? Optional.empty()
                : Optional.of(Duration.ofMillis(pair.get(1).asLong()));
        assertThat(Durations.withUnits(text)).as(text).isEqualTo(expected);
      }
    }
  }

  @Test
  void aDateIsMeasuredAgainstTheServersOwnClock() {
    Headers skewed =
        Headers.of(
            "Date", "Mon, 25 Mar 2024 10:00:00 GMT",
            "Retry-After", "Mon, 25 Mar 2024 10:00:07 GMT");
    assertThat(failure(503, skewed, "").retryAfter()).contains(Duration.ofSeconds(7));
  }

  @ParameterizedTest
  @CsvSource({
    "Please try again in 26.604s. Visit, 26604",
    "Please try again in 644ms., 644",
    "Please try again in 6m0s., 360000",
    "Please retry after 10 seconds., 10000",
    "Try again in 2 minutes, 120000",
    "try again in 1h0m0s, 3600000",
    "Please try again in 9m38.016s, 578016",
    "Please try again in 5 models, -1",
    "Please try again in 0s, -1",
    "Please try again, -1",
  })
  void aDelayInTheMessageIsTheLastResort(String message, long millis) {
    String body = "{\"error\":{\"message\":\"" + message + "\"}}";
    Optional<Duration> expected =
        millis < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
    assertThat(failure(429, Headers.of(), body).retryAfter()).isEqualTo(expected);
    assertThat(failure(429, Headers.of("retry-after", "1"), body).retryAfter())
        .contains(Duration.ofSeconds(1));
    assertThat(failure(400, Headers.of(), body).retryAfter()).as("may quote a prompt").isEmpty();
  }

  @Test
  void aDelayInGooglesDetailsIsBetterThanOneInTheMessage() {
    String delay =
        "[{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"%s\"}]";
    String body = "{\"error\":{\"message\":\"Please retry in 9s.\",\"details\":" + delay + "}}";
    assertThat(failure(429, Headers.of(), body.formatted("45.578569677s")).retryAfter())
        .contains(Duration.ofMillis(45579));
    for (String nonsense : new String[] {"0s", "soon", "1s".repeat(10_000)}) {
      assertThat(failure(429, Headers.of(), body.formatted(nonsense)).retryAfter())
          .contains(Duration.ofSeconds(9));
    }
    assertThat(failure(400, Headers.of(), body.formatted("7s")).retryAfter()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "-1", "1e9", "", "99999999999999999", "1.", "0.000"})
  void nonsenseIsNoDelay(String value) {
    assertThat(failure(429, Headers.of("retry-after", value), "").retryAfter()).isEmpty();
    assertThat(failure(429, Headers.of("retry-after-ms", value), "").retryAfter()).isEmpty();
  }

  @Test
  void noHintHelpsAKeyWithoutCredit() {
    Headers hint = Headers.of("x-should-retry", "true");
    assertThat(failure(401, hint, "").retryHint()).isEmpty();
    assertThat(failure(402, hint, "").retryHint()).isEmpty();
    assertThat(failure(500, hint, "").retryHint()).contains(true);
    assertThat(failure(500, Headers.of("x-should-retry", "perhaps"), "").retryHint()).isEmpty();
  }
}
