package io.github.resilientllm.okhttp.internal.head;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The durations that servers write: plain seconds such as {@code 1.234}, Go's {@code 2m7.93s}, and
 * {@code 10 seconds} in a sentence. All are rounded up to a whole millisecond, since asking too
 * early is the mistake.
 */
public final class Durations {
  /**
   * 15 digits are 31 million years in seconds: more is noise, and a number without end costs time.
   */
  private static final String NUMBER = "\\d{1,15}(?:\\.\\d{1,15})?";

  private static final String UNIT =
      "(?:ms|milliseconds?|us|µs|ns|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)(?![a-zA-Z])";
  private static final Pattern PLAIN = Pattern.compile(NUMBER);
  private static final Pattern PIECE = Pattern.compile("(" + NUMBER + ") ?(" + UNIT + ")");
  private static final Pattern WITH_UNITS =
      Pattern.compile("(?:" + NUMBER + " ?" + UNIT + " ?)+", Pattern.CASE_INSENSITIVE);
  private static final Pattern IN_SENTENCE =
      Pattern.compile(
          "(?:try again|retry)(?: in| after) (" + WITH_UNITS.pattern() + ")",
          Pattern.CASE_INSENSITIVE);

  private Durations() {}

  /** A plain number of seconds; empty for anything else. */
  public static Optional<Duration> seconds(String text) {
    return plain(text, 1_000);
  }

  /** A plain number of milliseconds; empty for anything else. */
  public static Optional<Duration> millis(String text) {
    return plain(text, 1);
  }

  /** Numbers with units, such as {@code 6m0s}; empty for anything else. */
  public static Optional<Duration> withUnits(String text) {
    return WITH_UNITS.matcher(text).matches() ? Optional.of(sum(text)) : Optional.empty();
  }

  /** The delay in a sentence such as "Please try again in 26.604s."; empty if there is none. */
  public static Optional<Duration> inSentence(String text) {
    Matcher sentence = IN_SENTENCE.matcher(text);
    return sentence.find() ? Optional.of(sum(sentence.group(1))) : Optional.empty();
  }

  private static Optional<Duration> plain(String text, int millisPerUnit) {
    String number = text.strip();
    return PLAIN.matcher(number).matches()
        ? Optional.of(ofMillis(new BigDecimal(number).multiply(BigDecimal.valueOf(millisPerUnit))))
        : Optional.empty();
  }

  private static Duration sum(String text) {
    BigDecimal millis = BigDecimal.ZERO;
    Matcher piece = PIECE.matcher(text.toLowerCase(Locale.ROOT));
    while (piece.find()) {
      millis = millis.add(new BigDecimal(piece.group(1)).multiply(millisPer(piece.group(2))));
    }
    return ofMillis(millis);
  }

  private static BigDecimal millisPer(String unit) {
    return switch (unit) {
      case "ns" -> new BigDecimal("0.000001");
      case "us", "µs" -> new BigDecimal("0.001");
      case "ms", "millisecond", "milliseconds" -> BigDecimal.ONE;
      case "m", "min", "mins", "minute", "minutes" -> BigDecimal.valueOf(60_000);
      case "h", "hr", "hrs", "hour", "hours" -> BigDecimal.valueOf(3_600_000);
      default -> BigDecimal.valueOf(1_000);
    };
  }

  private static Duration ofMillis(BigDecimal millis) {
    BigDecimal whole = millis.setScale(0, RoundingMode.CEILING);
    return Duration.ofMillis(whole.min(BigDecimal.valueOf(Long.MAX_VALUE)).longValueExact());
  }
}
