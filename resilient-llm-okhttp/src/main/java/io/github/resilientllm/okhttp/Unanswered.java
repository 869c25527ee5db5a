package io.github.resilientllm.okhttp;

import io.github.resilientllm.chat.ErrorKind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an exception of any HTTP client means when no answer came. Its classes need not be here, so
 * they are known by their names.
 */
final class Unanswered {
  private static final int DEEPEST = 16; // causes of causes

  private static final List<String> LOST =
      List.of(
          "ioexception",
          "connectexception",
          "channelexception", // Netty's
          "closedexception", // Vert.x's
          "closureexception", // Netty's, in mid-answer
          "resetexception"); // of a stream of HTTP/2

  private static final List<String> UNREADABLE =
      List.of(
          "jacksonexception",
          "jsonprocessingexception", // Jackson 2's
          "jsonparseexception", // Gson's
          "invaliddataexception"); // of the vendors' own SDKs

  private Unanswered() {}

  static ErrorKind kind(Throwable thrown) {
    List<Throwable> causes = causes(thrown);
    for (Throwable cause : causes) {
      ErrorKind kind = endedHere(cause);
      if (kind != null) {
        return kind;
      }
    }
    // What a client says of a failure is told above what it failed of.
    for (int i = causes.size() - 1; i >= 0; i--) {
      ErrorKind kind = failedOf(causes.get(i));
      if (kind != null) {
        return kind;
      }
    }
    return ErrorKind.NOT_FOR_THIS_TARGET;
  }

  /** Of clocks, cancelling and want of threads; an OkHttp time-out's cause is an IOException. */
  private static @Nullable ErrorKind endedHere(Throwable cause) {
    if (cause instanceof CancellationException) {
      return ErrorKind.CANCELLED;
    }
    if (cause instanceof RejectedExecutionException) {
      return ErrorKind.LIMIT_EXCEEDED;
    }
    boolean late =
        cause instanceof TimeoutException
            || cause instanceof InterruptedIOException
            || names(cause).anyMatch(name -> name.contains("timeout"));
    return late ? ErrorKind.TIMEOUT : null;
  }

  private static @Nullable ErrorKind failedOf(Throwable cause) {
    if (isCalled(cause, UNREADABLE)) { // before IOExceptions, of which Jackson 2's are
      return ErrorKind.MALFORMED_RESPONSE;
    }
    boolean lost =
        cause instanceof IOException
            || cause instanceof UnresolvedAddressException
            || isCalled(cause, LOST);
    return lost ? ErrorKind.NETWORK : null;
  }

  private static boolean isCalled(Throwable cause, List<String> endings) {
    return names(cause).anyMatch(name -> endings.stream().anyMatch(name::endsWith));
  }

  /** The simple names of its class and those above it. */
  private static Stream<String> names(Throwable cause) {
    return Stream.<Class<?>>iterate(
            cause.getClass(), type -> type != Throwable.class, Class::getSuperclass)
        .map(type -> type.getSimpleName().toLowerCase(Locale.ROOT));
  }

  private static List<Throwable> causes(Throwable thrown) {
    List<Throwable> causes = new ArrayList<>();
    Throwable next = thrown;
    while (next != null && causes.size() < DEEPEST) {
      causes.add(next);
      next = next.getCause();
    }
    return causes;
  }
}
