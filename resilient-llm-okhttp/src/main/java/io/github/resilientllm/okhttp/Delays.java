package io.github.resilientllm.okhttp;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import okhttp3.Headers;

/** How long an error asks its caller to wait. */
final class Delays {
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
                header(headers, "retry-after").flatMap(Durations::seconds).filter(Delays::isDelay))
        .or(() -> untilDate(headers).filter(Delays::isDelay));
  }

  private static boolean isDelay(Duration delay) {
    return !delay.isZero() && !delay.isNegative();
  }

  /** What the text of an error asks for; empty if nothing. */
  static Optional<Duration> in(String message) {
    return Durations.inSentence(message).filter(delay -> !delay.isZero());
  }

  /** Against the server's own clock where it shows it: the two may differ by minutes. */
  private Optional<Duration> untilDate(Headers headers) {
    Instant until = headers.getInstant("retry-after");
    if (until == null) {
      return Optional.empty();
    }
    Instant date = headers.getInstant("date");
    return Optional.of(Duration.between(date == null ? clock.instant() : date, until));
  }

  private static Optional<String> header(Headers headers, String name) {
    return Optional.ofNullable(headers.get(name));
  }
}
