package io.github.resilientllm.internal.guard;

/**
 * Whether an attempt may start.
 *
 * @param verdict yes, or why not
 * @param until the instant at which to ask again; 0 where there is none
 * @param number how many attempts were admitted up to it, counted where the vendor tells of its
 *     limits; 0 elsewhere
 */
public record Admission(Verdict verdict, long until, long number) {

  /** Yes, or why not. */
  public enum Verdict {
    /** It may; what it holds must be given back. */
    ADMITTED,
    /** It may, as the one call that probes a target whose breaker was open. */
    PROBE,
    /** The breaker is open because of failures. */
    OPEN,
    /** The breaker is open because the target refused the key, the model or the account. */
    LOCKED,
    /** The target asked everybody to wait. */
    FROZEN,
    /** What the vendor said is left is spread over time, or kept for interactive calls. */
    RATIONED,
    /** The rate limit's next turn comes later. */
    PACED,
    /** Every place is taken. */
    FULL
  }

  static final Admission ADMITTED = new Admission(Verdict.ADMITTED, 0);
  static final Admission PROBE = new Admission(Verdict.PROBE, 0);
  static final Admission OPEN = new Admission(Verdict.OPEN, 0);
  static final Admission LOCKED = new Admission(Verdict.LOCKED, 0);
  static final Admission FULL = new Admission(Verdict.FULL, 0);

  Admission(Verdict verdict, long until) {
    this(verdict, until, 0);
  }

  Admission numbered(long number) {
    return new Admission(verdict, until, number);
  }

  /** Whether the attempt may start, as a probe. */
  public boolean isProbe() {
    return verdict == Verdict.PROBE;
  }

  /** Whether the attempt may start. */
  public boolean admitted() {
    return verdict == Verdict.ADMITTED || verdict == Verdict.PROBE;
  }
}
