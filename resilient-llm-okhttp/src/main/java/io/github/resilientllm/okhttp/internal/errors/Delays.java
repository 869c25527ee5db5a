package io.github.resilientllm.okhttp.internal.errors;

import io.github.resilientllm.okhttp.internal.head.Durations;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/** How long an error asks its caller to wait. */
final class Delays {
  private static final List<String> BUCKETS =
      List.of(
          "anthropic-ratelimit-requests",
          "anthropic-ratelimit-tokens",
          "anthropic-ratelimit-input-tokens",
          "anthropic-ratelimit-output-tokens");
  private static final int MAX_FIELD = 64; // the longest on record has 13 characters

  private final InstantSource clock;

  Delays(InstantSource clock) {
    this.clock = clock;
  }

  /** What the headers ask for; empty if nothing, or nothing above zero. */
  Optional<Duration> in(ResponseHead head) {
    if (head.status() < 400) {
      return Optional.empty(); // some vendors send retry-after with each success
    }
    Headers headers = head.headers();
    return header(headers, "retry-after-ms")
        .flatMap(Durations::millis)
        .filter(Delays::isDelay)
        .or(
            () ->
                header(headers, "x-amz-retry-after")
                    .flatMap(Durations::millis)
                    .filter(Delays::isDelay))
        .or(
            () ->
                header(headers, "retry-after").flatMap(Durations::seconds).filter(Delays::isDelay))
        .or(() -> untilDate(headers).filter(Delays::isDelay))
        .or(() -> untilReset(headers).filter(Delays::isDelay));
  }

  private static boolean isDelay(Duration delay) {
    return !delay.isZero() && !delay.isNegative();
  }

  /** What an error itself asks for, in a field or in its text; empty if nothing. */
  static Optional<Duration> in(ErrorBody body) {
    return Optional.ofNullable(body.retryDelay())
        .filter(text -> text.length() <= MAX_FIELD)
        .flatMap(Durations::withUnits)
        .filter(Delays::isDelay)
        .or(() -> Durations.inSentence(body.message()).filter(Delays::isDelay));
  }

  private Optional<Duration> untilDate(Headers headers) {
    Instant until = headers.getInstant("retry-after");
    if (until == null) {
      return Optional.empty();
    }
    return Optional.of(Duration.between(now(headers), until));
  }

  /** The latest reset of Anthropic's buckets that are empty. */
  private Optional<Duration> untilReset(Headers headers) {
    return BUCKETS.stream()
        .filter(bucket -> "0".equals(headers.get(bucket + "-remaining")))
        .map(bucket -> instant(headers.get(bucket + "-reset")))
        .flatMap(Optional::stream)
        .max(Comparator.naturalOrder())
        .map(reset -> Duration.between(now(headers), reset));
  }

  private static Optional<Instant> instant(@Nullable String text) {
    try {
      return text == null ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** By the server's own clock where it shows it: the two may differ by minutes. */
  private Instant now(Headers headers) {
    Instant date = headers.getInstant("date");
    return date == null ? clock.instant() : date;
  }

  private static Optional<String> header(Headers headers, String name) {
    return Optional.ofNullable(headers.get(name));
  }
}
