package io.github.resilientllm.spring;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import java.time.Duration;
import java.util.Locale;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Answers HTTP requests whose model call has failed, with a problem (RFC 9457) and the status that
 * says who can do something about it. An application that wants it makes it a bean:
 *
 * <pre>{@code
 * @Bean
 * LlmProblemAdvice problems() {
 *   return new LlmProblemAdvice();
 * }
 * }</pre>
 *
 * <p>The problem has the {@link ErrorKind} as {@code kind}, and nothing of targets, vendors, the
 * question or the answer.
 */
@RestControllerAdvice
public final class LlmProblemAdvice {

  /** Made by whoever wants it. */
  public LlmProblemAdvice() {}

  /** The answer to a request whose call has ended so. */
  @ExceptionHandler
  public ResponseEntity<ProblemDetail> problem(LlmException failed) {
    int status = status(failed.kind());
    ProblemDetail problem = ProblemDetail.forStatus(status);
    problem.setDetail(detail(status));
    problem.setProperty("kind", failed.kind().name().toLowerCase(Locale.ROOT));
    ResponseEntity.BodyBuilder answer = ResponseEntity.status(status);
    if (status == 429 || status == 503) {
      failed.retryAfter().ifPresent(wait -> answer.header(HttpHeaders.RETRY_AFTER, seconds(wait)));
    }
    return answer.body(problem);
  }

  private static int status(ErrorKind kind) {
    return switch (kind) {
      case INVALID_REQUEST -> 400;
      case CONVERSATION_BUSY -> 409;
      case CONTEXT_TOO_LONG, REQUEST_TOO_LARGE -> 413;
      case NOT_FOR_THIS_TARGET, NO_ELIGIBLE_TARGET, CONTENT_FILTERED -> 422;
      case RATE_LIMITED, LIMIT_EXCEEDED -> 429;
      case MALFORMED_RESPONSE, STREAM_TRUNCATED, TOOL_GENERATION_FAILED -> 502;
      case DEADLINE_EXCEEDED, TIMEOUT, STALLED -> 504;
      case OVERLOADED,
          SERVER_ERROR,
          NETWORK,
          QUOTA_EXHAUSTED,
          UNAUTHORIZED,
          FORBIDDEN,
          MODEL_NOT_FOUND,
          CIRCUIT_OPEN,
          CANCELLED,
          JOURNAL_FAILED ->
          503;
    };
  }

  private static String detail(int status) {
    return switch (status) {
      case 400, 422 -> "No model takes this request as it is.";
      case 409 -> "Another question of this conversation is being answered.";
      case 413 -> "The request is too long for the models.";
      case 429 -> "The models are asked too often at the moment.";
      case 502 -> "The models gave no answer that could be used.";
      case 504 -> "The models gave no answer in time.";
      default -> "The models cannot be asked at the moment.";
    };
  }

  /** Whole seconds, no fewer than it takes. */
  private static String seconds(Duration wait) {
    return String.valueOf(wait.plusNanos(999_999_999).toSeconds());
  }
}
