package io.github.resilientllm.springai;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.okhttp.VendorErrors;
import io.github.resilientllm.provider.ProviderException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  private final String vendor;
  private final boolean namedModel;

  /**
   * A judge of failures.
   *
   * @param namedModel whether the prompt names a model other than the target's own, so that an
   *     unknown one is no fault of the target
   */
  Failures(String vendor, boolean namedModel) {
    this.vendor = vendor;
    this.namedModel = namedModel;
  }

  /**
   * The failure of an attempt.
   *
   * @param spoken whether content had come
   */
  ProviderException of(Throwable thrown, boolean spoken) {
    ProviderException known = judged(thrown, spoken);
    if (known.kind() != ErrorKind.MODEL_NOT_FOUND || !namedModel) {
      return known;
    }
    return ProviderException.builder(
            ErrorKind.NOT_FOR_THIS_TARGET, String.valueOf(known.getMessage()))
        .answered(known.httpStatus(), known.requestId().orElse(null))
        .cause(thrown)
        .build();
  }

  private ProviderException judged(Throwable thrown, boolean spoken) {
    List<Throwable> causes = causes(Exceptions.unwrap(thrown));
    for (Throwable cause : causes) {
      ProviderException answered = answered(cause);
      if (answered != null) {
        return answered;
      }
    }
    ProviderException known = VendorErrors.unanswered(vendor, thrown).build();
    return spoken ? inMidStream(known) : known;
  }

  private static ProviderException inMidStream(ProviderException known) {
    ErrorKind kind =
        switch (known.kind()) {
          case TIMEOUT -> ErrorKind.STALLED;
          case NETWORK -> ErrorKind.STREAM_TRUNCATED;
          default -> known.kind();
        };
    return ProviderException.builder(kind, String.valueOf(known.getMessage()))
        .cause(known.getCause())
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
  private @Nullable ProviderException answered(Throwable cause) {
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
}
