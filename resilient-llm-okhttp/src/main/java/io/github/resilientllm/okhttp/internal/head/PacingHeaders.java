package io.github.resilientllm.okhttp.internal.head;

import io.github.resilientllm.provider.Pacing;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/** What a response's headers say about rate limits, in the words of any vendor. */
public final class PacingHeaders {
  private static final Pattern COUNT = Pattern.compile("\\d{1,12}");

  private static final List<Names> REQUESTS =
      List.of(
          new Names("x-ratelimit-", "-requests"),
          new Names("anthropic-ratelimit-requests-", ""),
          new Names("x-ratelimit-", "-req-10-second", Duration.ofSeconds(10)), // Mistral
          new Names("x-ratelimit-", "")); // Together, in seconds

  private static final List<Names> TOKENS =
      List.of(
          new Names("x-ratelimit-", "-tokens"),
          new Names("anthropic-ratelimit-tokens-", ""),
          new Names("x-ratelimit-", "-tokens-minute", Duration.ofMinutes(1))); // Mistral

  private PacingHeaders() {}

  /** What they say; null if nothing that can be understood. */
  public static @Nullable Pacing in(Headers headers) {
    Pacing said = Pacing.nothing();
    Window requests = first(REQUESTS, headers);
    if (requests != null) {
      said = said.withRequests(requests.limit, requests.remaining, requests.resetAfter);
    }
    Window tokens = first(TOKENS, headers);
    if (tokens != null) {
      said = said.withTokens(tokens.limit, tokens.remaining, tokens.resetAfter);
    }
    return requests == null && tokens == null ? null : said;
  }

  private static @Nullable Window first(List<Names> vendors, Headers headers) {
    for (Names names : vendors) {
      OptionalLong remaining = count(headers.get(names.remaining));
      if (remaining.isEmpty()) {
        continue;
      }
      Optional<Duration> reset = names.period().or(() -> resetAfter(names.reset, headers));
      if (reset.isPresent()) {
        long limit = count(headers.get(names.limit)).orElse(0);
        return new Window(limit, remaining.getAsLong(), reset.get());
      }
    }
    return null;
  }

  private static OptionalLong count(@Nullable String text) {
    return text != null && COUNT.matcher(text).matches()
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }

  /**
   * A bare number is seconds where that is documented, and nothing where, as at Azure, it is not.
   */
  private static Optional<Duration> resetAfter(String name, Headers headers) {
    String text = headers.get(name);
    if (text == null) {
      return Optional.empty();
    }
    if (name.equals("x-ratelimit-reset")) {
      return Durations.seconds(text);
    }
    return Durations.withUnits(text).or(() -> untilInstant(text, headers));
  }

  /** Against the server's own clock: without it an instant says nothing exact. It may be past. */
  private static Optional<Duration> untilInstant(String text, Headers headers) {
    Instant date = headers.getInstant("date");
    if (date == null) {
      return Optional.empty();
    }
    try {
      Duration time = Duration.between(date, Instant.parse(text));
      return Optional.of(time.isNegative() ? Duration.ZERO : time);
    } catch (DateTimeException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  private record Window(long limit, long remaining, Duration resetAfter) {}

  /** A vendor's names for one of its limits; the period where it is part of the name. */
  private record Names(
      String limit, String remaining, String reset, @Nullable Duration periodOrNull) {

    Names(String before, String after) {
      this(before + "limit" + after, before + "remaining" + after, before + "reset" + after, null);
    }

    Names(String before, String after, Duration period) {
      this(before + "limit" + after, before + "remaining" + after, "", period);
    }

    Optional<Duration> period() {
      return Optional.ofNullable(periodOrNull);
    }
  }
}
