package io.github.resilientllm.spring.observe;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ErrorKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the meters have to remember of a call; used by whoever holds the call. */
final class CallTally {
  final boolean streaming;
  int attempts;
  boolean retried;

  /** The target that was given up last, and why; null while none was. */
  @Nullable String leftTarget;

  @Nullable ErrorKind leftAfter;

  @Nullable Duration firstContent;
  private List<String> cancelledHedges = List.of();

  CallTally(boolean streaming) {
    this.streaming = streaming;
  }

  void began(Attempt.Kind kind) {
    attempts++;
    retried |= kind == Attempt.Kind.RETRY;
  }

  void left(String target, ErrorKind after) {
    leftTarget = target;
    leftAfter = after;
  }

  /** Learns when the caller could see the first content: that of whichever attempt was first. */
  void contentOf(Attempt attempt) {
    firstContent = earlier(firstContent, attempt);
  }

  void cancelledHedge(String target) {
    if (cancelledHedges.isEmpty()) {
      cancelledHedges = new ArrayList<>(1);
    }
    cancelledHedges.add(target);
  }

  /** Targets of hedges that were cancelled: by a faster attempt, or because the call was over. */
  List<String> cancelledHedges() {
    return cancelledHedges;
  }

  /** The earlier one of what is known and an attempt's first content, from the call's start. */
  static @Nullable Duration earlier(@Nullable Duration known, Attempt attempt) {
    Optional<Duration> own = attempt.timeToFirstToken();
    if (own.isEmpty() || attempt.error().orElse(null) == ErrorKind.CANCELLED) {
      return known;
    }
    Duration content = attempt.startedAfter().plus(own.get());
    return known == null || content.compareTo(known) < 0 ? content : known;
  }
}
