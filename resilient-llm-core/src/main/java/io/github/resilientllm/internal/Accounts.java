package io.github.resilientllm.internal;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.Pacing;
import io.github.resilientllm.provider.ProviderException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a call's attempts end, each exactly once: it is closed on the wire, its target's guard gets
 * back what it gave and learns what there is to learn, and the call's report and the listeners hear
 * of it.
 */
final class Accounts extends CallReport {
  private final Engine engine;
  private final Call call;

  Accounts(Engine engine, Call call) {
    this.engine = engine;
    this.call = call;
  }

  /** It answered. */
  Attempt succeeded(LiveAttempt attempt, Completion completion, long now) {
    close(attempt);
    completion.pacing().ifPresent(said -> told(attempt, said, tokens(completion.usage()), now));
    attempt
        .target
        .guard()
        .succeeded(
            attempt.admission,
            attempt.forced,
            attempt.retriedAfter,
            attempt.firstTokenNanos(),
            now);
    Attempt won =
        describe(attempt, now)
            .answered(completion.httpStatus(), completion.requestId().orElse(null))
            .build();
    tell(won);
    return won;
  }

  /** It failed; {@code again} says whether the call may ask the same target once more. */
  void failed(LiveAttempt attempt, ProviderException failure, boolean again, long now) {
    close(attempt);
    Duration cap = engine.policies.retry().maxServerDelay();
    Duration asked = failure.retryAfter().orElse(Duration.ZERO);
    long serverDelay = (asked.compareTo(cap) < 0 ? asked : cap).toNanos();
    failure.pacing().ifPresent(said -> told(attempt, said, 0, now));
    attempt.target.guard().failed(attempt.admission, failure.kind(), again, serverDelay, now);
    add(failure);
    tell(
        describe(attempt, now)
            .error(failure.kind())
            .answered(failure.httpStatus(), failure.requestId().orElse(null))
            .reason(failure.getMessage())
            .build());
  }

  /**
   * It is no longer wanted, which says nothing about its target: another won, or the call is over.
   */
  void lost(LiveAttempt attempt, @Nullable ErrorKind callEnd, long now) {
    close(attempt);
    attempt.target.guard().cancelled(attempt.admission, now);
    if (callEnd == null && call.streaming && attempt.firstTokenNanos() < 0) {
      attempt.target.guard().learn(now - attempt.startedAt);
    }
    tell(
        describe(attempt, now)
            .error(ErrorKind.CANCELLED)
            .reason(callEnd == null ? "another attempt was faster" : "the call ended: " + callEnd)
            .build());
  }

  /** It was not made. */
  void skipped(EngineTarget target, ErrorKind kind, String reason, long now) {
    tell(
        Attempt.builder(target.name(), Attempt.Kind.SKIPPED)
            .startedAfter(Duration.ofNanos(now - call.startedAt()))
            .error(kind)
            .reason(reason)
            .build());
  }

  /** It was said when the answer began, which for one that was streamed is a while ago. */
  private void told(LiveAttempt attempt, Pacing said, long tokens, long now) {
    long at = attempt.firstTokenNanos() < 0 ? now : attempt.startedAt + attempt.firstTokenNanos();
    attempt.target.guard().told(said, attempt.admission, tokens, at, now);
  }

  /** What an answer takes from the vendor's limit, which does not count what was cached. */
  private static long tokens(Usage usage) {
    long all =
        usage.totalTokens().orElse(usage.inputTokens().orElse(0) + usage.outputTokens().orElse(0));
    return Math.max(0, all - usage.cachedInputTokens().orElse(0));
  }

  private void close(LiveAttempt attempt) {
    engine.time.unwatch(attempt);
    attempt.close();
  }

  private Attempt.Builder describe(LiveAttempt attempt, long now) {
    Attempt.Builder told =
        Attempt.builder(attempt.target.name(), attempt.kind)
            .startedAfter(Duration.ofNanos(attempt.startedAt - call.startedAt()))
            .duration(Duration.ofNanos(now - attempt.startedAt))
            .leftOut(attempt.leftOut())
            .usage(attempt.usage());
    long first = attempt.firstTokenNanos();
    return first < 0 ? told : told.timeToFirstToken(Duration.ofNanos(first));
  }

  private void tell(Attempt attempt) {
    add(attempt);
    engine.events.attemptEnded(call.id(), attempt);
  }
}
