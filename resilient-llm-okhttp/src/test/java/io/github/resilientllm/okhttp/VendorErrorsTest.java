package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.provider.ProviderException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Errors that another HTTP client has met, read with the words of this module. */
class VendorErrorsTest {

  @Test
  void theBodysWordsCountBeforeTheStatus() {
    assertThat(kind(429, "{\"error\":{\"code\":\"insufficient_quota\"}}"))
        .isEqualTo(ErrorKind.QUOTA_EXHAUSTED);
    assertThat(kind(429, "{\"error\":{\"code\":\"rate_limit_exceeded\"}}"))
        .isEqualTo(ErrorKind.RATE_LIMITED);
    assertThat(kind(400, "{\"code\":\"context_length_exceeded\"}"))
        .isEqualTo(ErrorKind.CONTEXT_TOO_LONG);
    assertThat(kind(503, "")).isEqualTo(ErrorKind.OVERLOADED);
    assertThat(kind(400, "<html>no</html>")).isEqualTo(ErrorKind.NOT_FOR_THIS_TARGET);
  }

  @Test
  void anErrorInsideAnAnswerTellsItsOwnStatus() {
    assertThat(kind(200, "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}"))
        .isEqualTo(ErrorKind.OVERLOADED);
    assertThat(kind(200, "{\"message\":\"The server had an error\"}"))
        .isEqualTo(ErrorKind.SERVER_ERROR);
  }

  @Test
  void bedrockHasWordsOfItsOwn() {
    String body = "{\"__type\":\"ThrottlingException\",\"message\":\"Too many tokens per day\"}";
    assertThat(VendorErrors.failure("bedrock", 429, Map.of(), body).build().kind())
        .isEqualTo(ErrorKind.QUOTA_EXHAUSTED);
  }

  @Test
  void delaysAndRequestIdsAreReadAndNothingOfTheBodyIsShown() {
    Exception cause = new IllegalStateException("secret");
    ProviderException failure =
        VendorErrors.failure(
                "openai",
                429,
                Map.of("Retry-After", "30", "x-request-id", "req_1", "bad name", "x"),
                "{\"error\":{\"type\":\"tokens\",\"message\":\"You asked: my secret\"}}")
            .cause(cause)
            .build();
    assertThat(failure.retryAfter()).contains(Duration.ofSeconds(30));
    assertThat(failure.requestId()).contains("req_1");
    assertThat(failure.httpStatus()).isEqualTo(429);
    assertThat(failure).hasMessage("openai: HTTP 429, type tokens").hasCause(cause);
  }

  private static ErrorKind kind(int status, String body) {
    return VendorErrors.failure("openai", status, Map.of(), body).build().kind();
  }
}
