package io.github.resilientllm.springai;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.okhttp.VendorErrors;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;

/**
 * What an exception of a chat model means. Its class is the vendor's SDK's, which need not be here,
 * so that it is asked by name for what it carries: status, headers and body, and then the words of
 * {@link VendorErrors} say what it is.
 */
final class Failures {
  private static final int MAX_DEPTH = 16; // of causes

  /** As Spring AI's own handler of errors writes them. */
  private static final Pattern STATUS_AND_BODY =
      Pattern.compile("(?:HTTP )?([1-5]\\d\\d) - (.*)", Pattern.DOTALL);

  private Failures() {}

  /**
   * The failure of an attempt.
   *
   * @param spoken whether content had come
   */
  static ProviderException of(String vendor, Throwable thrown, boolean spoken) {
    List<Throwable> causes = causes(Exceptions.unwrap(thrown));
    for (Throwable cause : causes) {
      ProviderException known = answered(vendor, cause);
      if (known != null) {
        return known;
      }
    }
    for (Throwable cause : causes) {
      ErrorKind kind = unanswered(cause, spoken);
      if (kind != null) {
        return failure(kind, vendor, thrown);
      }
    }
    return failure(ErrorKind.NOT_FOR_THIS_TARGET, vendor, thrown);
  }

  private static ProviderException failure(ErrorKind kind, String vendor, Throwable thrown) {
    return ProviderException.builder(kind, vendor + ": " + thrown.getClass().getName())
        .cause(thrown)
        .build();
  }

  private static List<Throwable> causes(Throwable thrown) {
    List<Throwable> causes = new ArrayList<>();
    Throwable next = thrown;
    while (next != null && causes.size() < MAX_DEPTH && !causes.contains(next)) {
      causes.add(next);
      next = next.getCause();
    }
    return causes;
  }

  /** A server's answer, if the exception carries one. */
  private static @Nullable ProviderException answered(String vendor, Throwable cause) {
    Carried carried = new Carried(cause);
    Integer status = carried.status();
    if (status != null) {
      return VendorErrors.failure(vendor, status, carried.headers(), carried.body())
          .cause(cause)
          .build();
    }
    if (!cause.getClass().getSimpleName().endsWith("TransientAiException")) {
      return null;
    }
    Matcher words = STATUS_AND_BODY.matcher(String.valueOf(cause.getMessage()));
    return words.matches()
        ? VendorErrors.failure(vendor, Integer.parseInt(words.group(1)), Map.of(), words.group(2))
            .cause(cause)
            .build()
        : null;
  }

  /** What happened where no answer came; null if that is not known either. */
  private static @Nullable ErrorKind unanswered(Throwable cause, boolean spoken) {
    String name = cause.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    if (cause instanceof CancellationException) {
      return ErrorKind.CANCELLED;
    }
    if (cause instanceof RejectedExecutionException) {
      return ErrorKind.LIMIT_EXCEEDED;
    }
    if (cause instanceof TimeoutException
        || cause instanceof InterruptedIOException
        || name.contains("timeout")) {
      return spoken ? ErrorKind.STALLED : ErrorKind.TIMEOUT;
    }
    if (name.endsWith("invaliddataexception") || name.contains("jsonprocessing")) {
      return ErrorKind.MALFORMED_RESPONSE;
    }
    if (cause instanceof IOException || name.endsWith("ioexception")) {
      return spoken ? ErrorKind.STREAM_TRUNCATED : ErrorKind.NETWORK;
    }
    return null;
  }
}
