package io.github.resilientllm.langchain4j;

import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import io.github.resilientllm.chat.LlmException;

/** The failure of a call as LangChain4j's exception for it, with ours as the cause. */
final class OurFailure {
  private OurFailure() {}

  static LangChain4jException of(LlmException e) {
    String message = e.getMessage();
    return switch (e.kind()) {
      case RATE_LIMITED, QUOTA_EXHAUSTED, LIMIT_EXCEEDED -> new RateLimitException(message, e);
      case TIMEOUT, STALLED, DEADLINE_EXCEEDED -> new TimeoutException(message, e);
      case OVERLOADED,
          SERVER_ERROR,
          NETWORK,
          STREAM_TRUNCATED,
          MALFORMED_RESPONSE,
          TOOL_GENERATION_FAILED,
          CIRCUIT_OPEN ->
          new InternalServerException(message, e);
      case UNAUTHORIZED, FORBIDDEN -> new AuthenticationException(message, e);
      case MODEL_NOT_FOUND -> new ModelNotFoundException(message, e);
      case CONTENT_FILTERED -> new ContentFilteredException(message, e);
      case CONTEXT_TOO_LONG, REQUEST_TOO_LARGE, NOT_FOR_THIS_TARGET, INVALID_REQUEST ->
          new InvalidRequestException(message, e);
      case NO_ELIGIBLE_TARGET -> unsupported(e);
      case CANCELLED, CONVERSATION_BUSY, JOURNAL_FAILED -> new LangChain4jException(message, e);
    };
  }

  private static LangChain4jException unsupported(LlmException e) {
    UnsupportedFeatureException refused = new UnsupportedFeatureException(e.getMessage());
    refused.initCause(e);
    return refused;
  }
}
