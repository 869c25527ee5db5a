package io.github.resilientllm.load;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Calls of one kind, and what came of them. Safe for several threads.
 *
 * <p>A call is complete if the client returned all words of the answer; incomplete if it returned
 * fewer as if they were all; failed if it threw; late if it ended after its time-out and half a
 * second.
 */
final class Run {
  private static final long GRACE = 500_000_000L;
  static final long STALL = 35_000_000L; // a delayed acknowledgement takes 40 ms

  private final int words;
  private final long timeoutNanos;
  private final Latencies all = new Latencies();
  private final Latencies first = new Latencies();
  private final AtomicLong complete = new AtomicLong();
  private final AtomicLong incomplete = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong late = new AtomicLong();

  Run(int words, long timeoutNanos) {
    this.words = words;
    this.timeoutNanos = timeoutNanos;
  }

  /** A call ended with a text. */
  void answered(String text, long nanos) {
    boolean whole = text.strip().length() + 1 == words * Answers.WORD.length();
    (whole ? complete : incomplete).incrementAndGet();
    ended(nanos);
  }

  /** A call ended with an error. */
  void failed(long nanos) {
    failed.incrementAndGet();
    ended(nanos);
  }

  void firstPiece(long nanos) {
    synchronized (first) {
      first.add(nanos);
    }
  }

  private void ended(long nanos) {
    if (nanos > timeoutNanos + GRACE) {
      late.incrementAndGet();
    }
    synchronized (all) {
      all.add(nanos);
    }
  }

  long calls() {
    synchronized (all) {
      return all.size();
    }
  }

  /** One line of {@code name=number}; durations in microseconds. */
  String report() {
    synchronized (all) {
      return String.format(
          Locale.ROOT,
          "calls=%d complete=%d incomplete=%d failed=%d late=%d p50=%.1f p95=%.1f p99=%.1f p999=%.1f"
              + " stalls=%.4f first=%.1f",
          all.size(),
          complete.get(),
          incomplete.get(),
          failed.get(),
          late.get(),
          all.micros(0.5),
          all.micros(0.95),
          all.micros(0.99),
          all.micros(0.999),
          all.shareFrom(STALL),
          first.micros(0.5));
    }
  }
}
