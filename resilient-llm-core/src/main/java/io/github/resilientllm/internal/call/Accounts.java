package io.github.resilientllm.internal.call;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.internal.target.EngineTarget;
import io.github.resilientllm.internal.target.Permit;
import io.github.resilientllm.internal.target.Standing;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.Pacing;
import io.github.resilientllm.provider.ProviderException;
import java.time.Duration;

/**
 * Where a call's attempts end, each exactly once: it is closed on the wire, its permit goes back
 * with what there is to learn, and the call's report and the listeners hear of it.
 */
final class Accounts {
  private final Events events;
  private final Frame frame;
  private final CallReport report;

  Accounts(Events events, Frame frame, CallReport report) {
    this.events = events;
    this.frame = frame;
    this.report = report;
  }

  /** It answered. */
  Attempt succeeded(LiveAttempt attempt, Completion completion, long now) {
    attempt.end();
    completion.pacing().ifPresent(said -> told(attempt, said, tokens(completion.usage()), now));
    attempt.permit().succeeded(attempt.firstTokenNanos() > attempt.target().slowNanos(), now);
    attempt.target().budget().succeeded(attempt.paidAfter());
    Attempt won =
        describe(attempt, now)
            .answered(completion.httpStatus(), completion.requestId().orElse(null))
            .build();
    tell(won);
    return won;
  }

  /**
   * It failed.
   *
   * @param again whether the call may ask the same target once more
   * @param counts whether it says something about the target: false for what a request's own time
   *     ended
   * @return whether the target's breaker is open now
   */
  boolean failed(
      LiveAttempt attempt, ProviderException failure, boolean again, boolean counts, long now) {
    attempt.end();
    failure.pacing().ifPresent(said -> told(attempt, said, 0, now));
    boolean ejected = settle(attempt, failure, again, counts && !isOurs(failure), now);
    report.add(failure);
    tell(
        describe(attempt, now)
            .error(failure.kind())
            .answered(failure.httpStatus(), failure.requestId().orElse(null))
            .reason(failure.getMessage())
            .build());
    if (failure.kind() == ErrorKind.NOT_FOR_THIS_TARGET) {
      warn(attempt.target(), failure);
    }
    return ejected;
  }

  private static boolean settle(
      LiveAttempt attempt, ProviderException failure, boolean again, boolean counts, long now) {
    Permit permit = attempt.permit();
    if (!counts) {
      permit.release(now);
      return false;
    }
    attempt.target().budget().failed(failure.kind());
    Duration cap = attempt.target().retry().maxServerDelay();
    Duration asked = failure.retryAfter().orElse(Duration.ZERO);
    long serverDelay = (asked.compareTo(cap) < 0 ? asked : cap).toNanos();
    return permit.failed(failure, attempt.wasSent(), again, serverDelay, now);
  }

  /** What we ended, or had no room for, says nothing about the target. */
  private static boolean isOurs(ProviderException failure) {
    return failure.kind() == ErrorKind.LIMIT_EXCEEDED || failure.kind() == ErrorKind.CANCELLED;
  }

  /** It is no longer wanted, or never began, which says nothing about its target. */
  void lost(LiveAttempt attempt, String why, long now) {
    boolean began = attempt.isClaimed();
    attempt.end();
    attempt.permit().release(now);
    notWanted(attempt, began, why, now);
  }

  /** Another one was faster, and is not to wait until this one is closed. */
  void beaten(LiveAttempt attempt, String why, long now) {
    boolean began = attempt.isClaimed();
    attempt.leave(now);
    notWanted(attempt, began, why, now);
  }

  private void notWanted(LiveAttempt attempt, boolean began, String why, long now) {
    if (began && attempt.isStreaming() && attempt.firstTokenNanos() < 0) {
      attempt.target().standing().hedging().learn(now - attempt.startedAt());
    }
    tell(describe(attempt, now).error(ErrorKind.CANCELLED).reason(why).build());
  }

  /** It was not made. */
  void skipped(EngineTarget target, ErrorKind kind, String reason, long now) {
    tell(
        Attempt.builder(target.name(), Attempt.Kind.SKIPPED)
            .startedAfter(Duration.ofNanos(now - frame.startedAt()))
            .error(kind)
            .reason(reason)
            .build());
  }

  /** It was said when the answer began, which for one that was streamed is a while ago. */
  private static void told(LiveAttempt attempt, Pacing said, long tokens, long now) {
    long first = attempt.firstTokenNanos();
    attempt.permit().told(said, tokens, first < 0 ? now : attempt.startedAt() + first, now);
  }

  /** What an answer takes from the vendor's limit, which does not count what was cached. */
  private static long tokens(Usage usage) {
    long all =
        usage.totalTokens().orElse(usage.inputTokens().orElse(0) + usage.outputTokens().orElse(0));
    return Math.max(0, all - usage.cachedInputTokens().orElse(0));
  }

  private Attempt.Builder describe(LiveAttempt attempt, long now) {
    Attempt.Builder told =
        Attempt.builder(attempt.target().name(), attempt.kind())
            .startedAfter(Duration.ofNanos(attempt.startedAt() - frame.startedAt()))
            .duration(Duration.ofNanos(now - attempt.startedAt()))
            .leftOut(attempt.fit().leftOut())
            .usage(attempt.usage());
    long first = attempt.firstTokenNanos();
    return first < 0 ? told : told.timeToFirstToken(Duration.ofNanos(first));
  }

  private void tell(Attempt attempt) {
    report.add(attempt);
    events.attemptEnded(frame.id(), attempt);
  }

  private void warn(EngineTarget target, ProviderException failure) {
    Standing standing = target.standing();
    String words = failure.httpStatus() + " " + failure.getMessage();
    if (standing.refusals().isNew(words)) {
      events.refusedForItself(target.name(), words);
    }
  }
}
