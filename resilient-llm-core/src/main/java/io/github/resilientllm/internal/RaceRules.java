package io.github.resilientllm.internal;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.policy.Fallback;

/** What a {@link Race} needs to know of the policies and of its call. */
interface RaceRules {
  int targets();

  /** The group that a target is a member of; negative if none. Members stand side by side. */
  int group(int target);

  /** The tokens a target's context window holds; 0 if unknown. */
  int contextWindow(int target);

  /** The attempts at one target or one group, hedges left out. */
  int maxAttempts();

  /** 0 for no hedging. */
  int maxHedges();

  boolean hedgesSameTarget();

  boolean retriesUnauthorized();

  boolean triesNextOnContentFilter();

  /** Where a request goes that is too long for a target. */
  Fallback.ContextTooLong onContextTooLong();

  /** Whether this target, if it is the last that is left, is tried although its breaker is open. */
  boolean forcesTarget(int target);

  /** The longest wait for a limited target while another one is left. */
  long patienceNanos();

  /** The instant at which the call is over. */
  long deadline();

  /** Whether a failure ends the search: the request would fail everywhere. */
  default boolean isFinal(ErrorKind kind) {
    return switch (kind) {
      case INVALID_REQUEST -> true;
      case CONTENT_FILTERED -> !triesNextOnContentFilter();
      case CONTEXT_TOO_LONG -> onContextTooLong() == Fallback.ContextTooLong.NEVER;
      default -> false; // the call's own ends are no provider's to declare
    };
  }

  /** Whether the members of a group would say the same, for they are one model. */
  default boolean isOfTheModel(ErrorKind kind) {
    return kind == ErrorKind.CONTENT_FILTERED
        || (kind == ErrorKind.CONTEXT_TOO_LONG
            && onContextTooLong() == Fallback.ContextTooLong.ANY);
  }
}
