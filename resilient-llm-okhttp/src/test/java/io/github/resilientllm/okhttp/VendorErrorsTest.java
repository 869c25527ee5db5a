package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParseException;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
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

  @Test
  void aClientThatLostItsConnectionHasMetTheNetworkWhateverItCallsThat() {
    assertThat(kind(new IOException("reset"))).isEqualTo(ErrorKind.NETWORK);
    assertThat(kind(new IllegalStateException(new IOException("reset"))))
        .isEqualTo(ErrorKind.NETWORK);
    assertThat(kind(new UnresolvedAddressException())).isEqualTo(ErrorKind.NETWORK);
    assertThat(kind(new HttpClosedException())).isEqualTo(ErrorKind.NETWORK);
    assertThat(kind(new SdkIoException())).isEqualTo(ErrorKind.NETWORK);
  }

  @Test
  void aTimeOutIsOneHoweverDeepItLies() {
    assertThat(kind(new SocketTimeoutException())).isEqualTo(ErrorKind.TIMEOUT);
    assertThat(kind(new RuntimeException(new TimeoutException()))).isEqualTo(ErrorKind.TIMEOUT);
    assertThat(kind(new ReadTimeoutError())).isEqualTo(ErrorKind.TIMEOUT);
    Exception canceled = new InterruptedIOException("timeout");
    canceled.initCause(new IOException("Canceled")); // as OkHttp tells it
    assertThat(kind(canceled)).isEqualTo(ErrorKind.TIMEOUT);
  }

  @Test
  void anAnswerThatIsNoJsonIsMalformedAndNoFaultOfTheNetwork() {
    Exception noJson = new JsonParseException(null, "<html>"); // an IOException, to Jackson 2
    assertThat(kind(noJson)).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    assertThat(kind(new IOException(noJson))).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    assertThat(kind(new SdkInvalidDataException())).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    assertThat(kind(new SdkInvalidDataException().initCause(new IOException("reset"))))
        .as("read from a connection that broke")
        .isEqualTo(ErrorKind.NETWORK);
  }

  @Test
  void whatEndedOnThisSideIsHeldAgainstNobody() {
    assertThat(kind(new CancellationException())).isEqualTo(ErrorKind.CANCELLED);
    assertThat(kind(new RejectedExecutionException())).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
  }

  @Test
  void anExceptionThatSaysNothingIsForTheNextTarget() {
    Exception unknown = new IllegalStateException("with a secret");
    ProviderException failure = VendorErrors.unanswered("openai", unknown).build();
    assertThat(failure.kind()).isEqualTo(ErrorKind.NOT_FOR_THIS_TARGET);
    assertThat(failure).hasMessage("openai: java.lang.IllegalStateException").hasCause(unknown);
    Exception inCircles = new IllegalStateException(unknown);
    unknown.initCause(inCircles);
    assertThat(kind(inCircles)).isEqualTo(ErrorKind.NOT_FOR_THIS_TARGET);
  }

  private static ErrorKind kind(Throwable thrown) {
    return VendorErrors.unanswered("openai", thrown).build().kind();
  }

  /** Called like that of Vert.x, which is no IOException. */
  @SuppressWarnings("serial")
  private static final class HttpClosedException extends RuntimeException {}

  /** Called like those of vendors' own SDKs. */
  @SuppressWarnings("serial")
  private static final class SdkIoException extends RuntimeException {}

  @SuppressWarnings("serial")
  private static final class SdkInvalidDataException extends RuntimeException {}

  @SuppressWarnings("serial")
  private static final class ReadTimeoutError extends Error {}

  private static ErrorKind kind(int status, String body) {
    return VendorErrors.failure("openai", status, Map.of(), body).build().kind();
  }
}
