package io.github.resilientllm.okhttp.internal.bedrock;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/**
 * The time as it goes into signatures, which AWS accepts for five minutes only. Where this
 * machine's clock is wrong, it is told from the dates of AWS's refusals, and set right here. Safe
 * for several threads.
 */
public final class SigningClock {

  /** An answer is as old as its way here, and its date is cut to seconds. */
  private static final Duration NO_MATTER = Duration.ofMinutes(1);

  private final InstantSource clock;
  private volatile Duration ahead = Duration.ZERO; // of AWS, before this machine

  public SigningClock(InstantSource clock) {
    this.clock = clock;
  }

  /** The time at AWS, as far as known. */
  Clock now() {
    return Clock.fixed(clock.instant().plus(ahead), ZoneOffset.UTC);
  }

  /**
   * Looks at a refusal's date, and goes by it from now on if it differs.
   *
   * @return what is wrong with this machine's clock; null if nothing is
   */
  @Nullable String refused(ErrorKind kind, ResponseHead head) {
    Date date = head.headers().getDate("Date");
    if (kind != ErrorKind.UNAUTHORIZED || date == null) {
      return null;
    }
    Instant here = clock.instant();
    Duration difference = Duration.between(here, date.toInstant());
    if (difference.minus(ahead).abs().compareTo(NO_MATTER) <= 0) {
      return null; // signed by the right time, so it was something else
    }
    ahead = difference;
    return "this machine's clock is "
        + difference.abs().toSeconds()
        + " s "
        + (difference.isNegative() ? "ahead of" : "behind")
        + " AWS's, which refuses signatures that are five minutes off; set it right (NTP)";
  }
}
