package io.github.resilientllm.langchain4j;

import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.exception.UnresolvedModelServerException;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.okhttp.VendorErrors;
import io.github.resilientllm.provider.ProviderException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an exception of one of LangChain4j's models means: by the vendor's words where it carries
 * them, else by its HTTP status, else by its type. Of an unknown one nothing is held against the
 * target, and the next one is asked.
 */
final class TheirFailure {
  private static final int DEEPEST = 16; // causes of causes

  private final String vendor;
  private final boolean namedModel;

  /**
   * A judge of failures.
   *
   * @param namedModel whether the request named a model other than the target's own, so that an
   *     unknown model is no fault of the target
   */
  TheirFailure(String vendor, boolean namedModel) {
    this.vendor = vendor;
    this.namedModel = namedModel;
  }

  ProviderException of(Throwable failure) {
    return of(failure, Map.of());
  }

  /**
   * The failure of an attempt.
   *
   * @param headers of the vendor's answer, which no exception of LangChain4j's carries; empty if
   *     unknown
   */
  ProviderException of(Throwable failure, Map<String, String> headers) {
    List<Throwable> chain = chain(failure);
    int status = status(chain);
    ProviderException known =
        status < 400
            ? unanswered(failure, chain)
            : VendorErrors.failure(vendor, status, headers, body(chain)).cause(failure).build();
    if (known.kind() != ErrorKind.MODEL_NOT_FOUND || !namedModel) {
      return known;
    }
    return ProviderException.builder(
            ErrorKind.NOT_FOR_THIS_TARGET, String.valueOf(known.getMessage()))
        .answered(known.httpStatus(), known.requestId().orElse(null))
        .cause(failure)
        .build();
  }

  private ProviderException unanswered(Throwable failure, List<Throwable> chain) {
    for (Throwable cause : chain) {
      ErrorKind kind = byType(cause);
      if (kind != null) {
        return ProviderException.builder(kind, vendor + ": " + name(failure))
            .cause(failure)
            .build();
      }
    }
    return VendorErrors.unanswered(vendor, failure).build();
  }

  /** By LangChain4j's own types. */
  private static @Nullable ErrorKind byType(Throwable cause) {
    if (cause instanceof RateLimitException) {
      return ErrorKind.RATE_LIMITED;
    }
    if (cause instanceof AuthenticationException) {
      return ErrorKind.UNAUTHORIZED;
    }
    if (cause instanceof ModelNotFoundException) {
      return ErrorKind.MODEL_NOT_FOUND;
    }
    if (cause instanceof ContentFilteredException) {
      return ErrorKind.CONTENT_FILTERED;
    }
    if (cause instanceof InvalidRequestException) {
      return ErrorKind.NOT_FOR_THIS_TARGET;
    }
    if (cause instanceof InternalServerException) {
      return ErrorKind.SERVER_ERROR;
    }
    if (cause instanceof TimeoutException) {
      return ErrorKind.TIMEOUT;
    }
    return cause instanceof UnresolvedModelServerException ? ErrorKind.NETWORK : null;
  }

  private static int status(List<Throwable> chain) {
    for (Throwable cause : chain) {
      int status = cause instanceof HttpException http ? http.statusCode() : toldBy(cause);
      if (status >= 100 && status < 600) {
        return status;
      }
    }
    return 0;
  }

  /** The status of another SDK's exception, all of which have a method for it. */
  private static int toldBy(Throwable cause) {
    for (String method : List.of("statusCode", "getStatusCode")) {
      try {
        Object status = cause.getClass().getMethod(method).invoke(cause);
        if (status instanceof Integer known) {
          return known;
        }
      } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
        // it has none, or does not show it, or not all that it mentions is here
      }
    }
    return 0;
  }

  /**
   * The vendor's own words: LangChain4j puts the body of an error into this exception's message.
   */
  private static String body(List<Throwable> chain) {
    for (Throwable cause : chain) {
      if (cause instanceof HttpException && cause.getMessage() != null) {
        return cause.getMessage();
      }
    }
    for (Throwable cause : chain) {
      if (status(List.of(cause)) > 0 && cause.getMessage() != null) {
        return cause.getMessage();
      }
    }
    return "";
  }

  /** The type alone: a message may quote a prompt or a key. */
  private static String name(Throwable failure) {
    return failure.getClass().getSimpleName();
  }

  private static List<Throwable> chain(Throwable failure) {
    List<Throwable> chain = new ArrayList<>();
    Throwable next = failure;
    while (next != null && chain.size() < DEEPEST) {
      chain.add(next);
      next = next.getCause();
    }
    return chain;
  }
}
