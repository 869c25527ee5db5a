package io.github.resilientllm.internal.outbox.drain;

import io.github.resilientllm.chat.ErrorKind;

/** Whose fault it was that an item was not answered. */
enum Blame {
  /** The vendor's, or the set-up's: it costs the item nothing. */
  VENDOR,
  /** The vendor has less room than it was asked for: it costs the item nothing. */
  OVERLOAD,
  /** Its own: the same would happen again. */
  ITEM,
  /** It is not answered while the others are: perhaps its own, if that happens often. */
  DOUBT,
  /** Ours, such as a conversation that somebody else has just now: it costs the item nothing. */
  NOBODY;

  /** So much of the others must be answered before one that is not is looked at. */
  static final double HEALTHY = 0.9;

  /**
   * Judges.
   *
   * @param health the share of other items that were lately answered; 0 if too few were asked
   */
  static Blame of(ErrorKind kind, double health) {
    boolean othersAreAnswered = health >= HEALTHY;
    return switch (kind) {
      case CONTEXT_TOO_LONG,
          REQUEST_TOO_LARGE,
          CONTENT_FILTERED,
          INVALID_REQUEST,
          NO_ELIGIBLE_TARGET,
          TOOL_GENERATION_FAILED ->
          ITEM;
      // In words that nobody knows; a gateway in trouble says them to all.
      case NOT_FOR_THIS_TARGET -> othersAreAnswered ? ITEM : VENDOR;
      case TIMEOUT, STALLED, DEADLINE_EXCEEDED -> othersAreAnswered ? DOUBT : OVERLOAD;
      case SERVER_ERROR, NETWORK, STREAM_TRUNCATED, MALFORMED_RESPONSE ->
          othersAreAnswered ? DOUBT : VENDOR;
      case RATE_LIMITED, OVERLOADED, LIMIT_EXCEEDED -> OVERLOAD;
      case CIRCUIT_OPEN, QUOTA_EXHAUSTED, UNAUTHORIZED, FORBIDDEN, MODEL_NOT_FOUND -> VENDOR;
      case CONVERSATION_BUSY, JOURNAL_FAILED, CANCELLED -> NOBODY;
    };
  }
}
