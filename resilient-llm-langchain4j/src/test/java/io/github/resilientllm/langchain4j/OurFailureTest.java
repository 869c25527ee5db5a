package io.github.resilientllm.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.message.VideoContent;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Failures in LangChain4j's words and in ours. */
class OurFailureTest {

  @ParameterizedTest
  @EnumSource(ErrorKind.class)
  @DisplayName("each kind of failure is an exception of LangChain4j's with ours as its cause")
  void everyKind(ErrorKind kind) {
    LlmException ours = new LlmException(kind, "it went wrong");
    LlmClient failing =
        request -> {
          throw ours;
        };

    assertThatThrownBy(() -> LangChain4jModels.over(failing).chatModel().chat("?"))
        .isInstanceOf(LangChain4jException.class)
        .hasCause(ours)
        .hasMessageContaining(kind.name());
  }

  @Test
  @DisplayName("what LangChain4j's users catch is what they get")
  void wellKnown() {
    assertThat(of(ErrorKind.RATE_LIMITED)).isInstanceOf(RateLimitException.class);
    assertThat(of(ErrorKind.DEADLINE_EXCEEDED)).isInstanceOf(TimeoutException.class);
    assertThat(of(ErrorKind.UNAUTHORIZED)).isInstanceOf(AuthenticationException.class);
    assertThat(of(ErrorKind.MODEL_NOT_FOUND)).isInstanceOf(ModelNotFoundException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "429 | {\"error\":{\"code\":\"insufficient_quota\"}} | QUOTA_EXHAUSTED",
        "429 | {} | RATE_LIMITED",
        "400 | {\"error\":{\"message\":\"prompt is too long: 9 tokens\"}} | CONTEXT_TOO_LONG",
        "400 | {\"error\":{\"code\":\"content_filter\"}} | CONTENT_FILTERED",
        "400 | {\"error\":{\"message\":\"no such knob\"}} | NOT_FOR_THIS_TARGET",
        "401 | {} | UNAUTHORIZED",
        "403 | {} | FORBIDDEN",
        "404 | {} | MODEL_NOT_FOUND",
        "413 | {} | REQUEST_TOO_LARGE",
        "500 | {} | SERVER_ERROR",
        "503 | {} | OVERLOADED",
        "529 | {\"error\":{\"type\":\"overloaded_error\"}} | OVERLOADED"
      })
  @DisplayName("theirs is known by its words, else by its status")
  void byWordsAndStatus(int status, String body, ErrorKind kind) {
    Throwable theirs =
        new LangChain4jException(new dev.langchain4j.exception.HttpException(status, body));

    ProviderException known = new TheirFailure("langchain4j-open_ai", false).of(theirs);

    assertThat(known.kind()).isEqualTo(kind);
    assertThat(known.httpStatus()).isEqualTo(status);
    assertThat(known).hasMessageNotContaining("{").hasCause(theirs);
  }

  @Test
  @DisplayName("theirs without a status is known by its type, and an unknown one is nobody's fault")
  void byType() {
    assertThat(kind(new RuntimeException(new IOException("reset")))).isEqualTo(ErrorKind.NETWORK);
    assertThat(kind(new TimeoutException("slow"))).isEqualTo(ErrorKind.TIMEOUT);
    assertThat(kind(new RateLimitException("much"))).isEqualTo(ErrorKind.RATE_LIMITED);
    assertThat(kind(new IllegalStateException("?"))).isEqualTo(ErrorKind.NOT_FOR_THIS_TARGET);
    assertThat(kind(new OtherSdkException())).isEqualTo(ErrorKind.OVERLOADED);
  }

  @Test
  @DisplayName("an unknown model that the request named does not lock the target")
  void namedModel() {
    Throwable theirs = new ModelNotFoundException("gone");

    assertThat(new TheirFailure("langchain4j-open_ai", true).of(theirs).kind())
        .isEqualTo(ErrorKind.NOT_FOR_THIS_TARGET);
    assertThat(new TheirFailure("langchain4j-open_ai", false).of(theirs).kind())
        .isEqualTo(ErrorKind.MODEL_NOT_FOUND);
  }

  @Test
  @DisplayName("how long to wait is read from the words where LangChain4j has lost the header")
  void delay() {
    assertThat(delay("Please try again in 20s.")).contains(Duration.ofSeconds(20));
    assertThat(delay("try again in 250ms")).contains(Duration.ofMillis(250));
    assertThat(delay("later")).isEmpty();
  }

  private static Optional<Duration> delay(String words) {
    String body = "{\"error\":{\"message\":\"" + words + "\"}}";
    return new TheirFailure("langchain4j-open_ai", false)
        .of(new dev.langchain4j.exception.HttpException(429, body))
        .retryAfter();
  }

  @Test
  @DisplayName("what our vendors cannot be asked is refused and not left out")
  void unsupported() {
    LlmClient ours = request -> io.github.resilientllm.chat.ChatResponse.of("never");
    ChatMessage video = UserMessage.from(VideoContent.from("aGVsbG8=", "video/mp4"));

    assertThatThrownBy(() -> LangChain4jModels.over(ours).chatModel().chat(video))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("VIDEO");
    assertThatThrownBy(
            () ->
                LangChain4jModels.over(ours)
                    .chatModel()
                    .chat(ChatRequest.builder().messages(UserMessage.from("?")).topK(3).build()))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("topK");
  }

  /** As other vendors' SDKs have them. */
  public static final class OtherSdkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public int statusCode() {
      return 503;
    }
  }

  private static LangChain4jException of(ErrorKind kind) {
    return OurFailure.of(new LlmException(kind, "?"));
  }

  private static ErrorKind kind(Throwable theirs) {
    return new TheirFailure("langchain4j-open_ai", false).of(theirs).kind();
  }
}
