package io.github.resilientllm.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What all attempts of a call have cost together. */
final class TotalUsage {
  private TotalUsage() {}

  /**
   * The sum; unknown where an attempt's tokens are. A target that was passed over, or that refused
   * the request (HTTP 4xx), has cost nothing. After a time-out, a 5xx or a cut stream nobody can
   * know whether the model ran.
   *
   * @param otherwise the result if nothing was attempted
   */
  static Usage of(List<Attempt> attempts, Usage otherwise) {
    @Nullable Usage sum = null;
    for (Attempt attempt : attempts) {
      if (mayHaveCost(attempt)) {
        sum = sum == null ? attempt.usage() : sum.plus(attempt.usage());
      }
    }
    return sum == null ? otherwise : sum;
  }

  private static boolean mayHaveCost(Attempt attempt) {
    if (!attempt.usage().isUnknown()) {
      return true;
    }
    int status = attempt.httpStatus().orElse(0);
    return attempt.kind() != Attempt.Kind.SKIPPED && (status < 400 || status >= 500);
  }
}
