package io.github.resilientllm.chat;

/**
 * What went wrong, in one meaning for all vendors, and what helps against it.
 *
 * <p>The three questions a failure raises are answered here, as the library answers them by
 * default: whether the same target may be asked again ({@link #retriesSameTarget()}), whether
 * another target may be asked ({@link #triesNextTarget()}), and what it says about the target's
 * health ({@link #countsAgainstTarget()}, {@link #locksOutTarget()}).
 */
public enum ErrorKind {
  /** The vendor's rate limit; ask again after the delay it names. */
  RATE_LIMITED(true, true, Health.UNTOUCHED),
  /** The vendor has no capacity (503, 529, "overloaded"). */
  OVERLOADED(true, true, Health.COUNTS),
  /** The vendor failed (5xx). */
  SERVER_ERROR(true, true, Health.COUNTS),
  /** Nothing came in time: no connection, no first token, or not the whole answer. */
  TIMEOUT(true, true, Health.COUNTS),
  /** The connection could not be made, or broke. */
  NETWORK(true, true, Health.COUNTS),
  /** A stream ended without its terminal marker. */
  STREAM_TRUNCATED(true, true, Health.COUNTS),
  /** A stream fell silent in the middle. */
  STALLED(true, true, Health.COUNTS),
  /** The answer is not what the protocol says: HTML, half a JSON, no choices. */
  MALFORMED_RESPONSE(true, true, Health.COUNTS),
  /** The account has no credit or quota left; waiting does not help. */
  QUOTA_EXHAUSTED(false, true, Health.LOCKS_OUT),
  /** The key is refused (401). */
  UNAUTHORIZED(false, true, Health.LOCKS_OUT),
  /** The key may not do this (403). */
  FORBIDDEN(false, true, Health.LOCKS_OUT),
  /** The model does not exist for this key (404). */
  MODEL_NOT_FOUND(false, true, Health.LOCKS_OUT),
  /** The model wrote a tool call that the vendor could not read; another sample may do. */
  TOOL_GENERATION_FAILED(true, true, Health.UNTOUCHED),
  /** The request does not fit the model's context window. */
  CONTEXT_TOO_LONG(false, true, Health.UNTOUCHED),
  /** The request is larger than the vendor accepts at once, by bytes or by its rate limit. */
  REQUEST_TOO_LARGE(false, true, Health.UNTOUCHED),
  /** The vendor's filter refused the question or the answer. */
  CONTENT_FILTERED(false, false, Health.UNTOUCHED),
  /**
   * This model, account or region does not take the request as it is, or the vendor refused it in
   * words that nobody has seen yet (most of 400, some of 403 and 404); another vendor may take it.
   * Another key or deployment of the same model would say the same.
   */
  NOT_FOR_THIS_TARGET(false, true, Health.UNTOUCHED),
  /** The request is surely wrong everywhere. */
  INVALID_REQUEST(false, false, Health.UNTOUCHED),
  /** The call's own deadline passed. */
  DEADLINE_EXCEEDED(false, false, Health.UNTOUCHED),
  /** The caller ended the call. */
  CANCELLED(false, false, Health.UNTOUCHED),
  /** Every target's breaker is open. */
  CIRCUIT_OPEN(false, true, Health.UNTOUCHED),
  /** The application's own concurrency or rate limit had no room in time. */
  LIMIT_EXCEEDED(false, true, Health.UNTOUCHED),
  /** No target can serve this request. */
  NO_ELIGIBLE_TARGET(false, false, Health.UNTOUCHED),
  /** Somebody else, here or in another process, has the word in this conversation. */
  CONVERSATION_BUSY(false, false, Health.UNTOUCHED),
  /** The conversation could not be written to its journal. */
  JOURNAL_FAILED(false, false, Health.UNTOUCHED);

  private enum Health {
    UNTOUCHED,
    COUNTS,
    LOCKS_OUT
  }

  private final boolean retriesSameTarget;
  private final boolean triesNextTarget;
  private final Health health;

  ErrorKind(boolean retriesSameTarget, boolean triesNextTarget, Health health) {
    this.retriesSameTarget = retriesSameTarget;
    this.triesNextTarget = triesNextTarget;
    this.health = health;
  }

  /** Whether asking the same target again may help. */
  public boolean retriesSameTarget() {
    return retriesSameTarget;
  }

  /**
   * Whether asking another target may help. For {@link #CONTEXT_TOO_LONG} only one with a larger
   * window does; for {@link #CONTENT_FILTERED} the caller can allow it.
   */
  public boolean triesNextTarget() {
    return triesNextTarget;
  }

  /** Whether it is a sign that the target is sick, which its circuit breaker counts. */
  public boolean countsAgainstTarget() {
    return health == Health.COUNTS;
  }

  /** Whether the target is of no use to anybody for minutes: its breaker opens at once. */
  public boolean locksOutTarget() {
    return health == Health.LOCKS_OUT;
  }
}
