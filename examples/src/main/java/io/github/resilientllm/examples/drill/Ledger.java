package io.github.resilientllm.examples.drill;

import io.github.resilientllm.chat.BreakerState;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** All that one run saw, noted as it happens, by many threads. */
final class Ledger {

  /** How a call ended for the one who asked. */
  enum Result {
    /** With all that the vendor had to say. */
    WHOLE,
    /** With less, although the client called it a success. */
    CUT,
    /** With an error. */
    FAILED
  }

  /**
   * One call.
   *
   * @param at when the timetable says that it began, in seconds after the start, so that both
   *     clients' calls are divided into the same phases
   * @param seconds how long it lasted
   * @param by who answered; empty if nobody did
   * @param error what was said when it failed; empty if it did not
   */
  record Call(double at, double seconds, Result result, String by, String error) {}

  /** A request that reached a vendor. */
  record Arrival(double at, String vendor) {}

  /** A breaker that changed its state. */
  record Turn(double at, String target, BreakerState to) {}

  private final Timeline timeline;
  private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
  private final Queue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
  private final Queue<Turn> turns = new ConcurrentLinkedQueue<>();
  private final AtomicLong ended = new AtomicLong();
  private final AtomicLong whole = new AtomicLong();

  Ledger(Timeline timeline) {
    this.timeline = timeline;
  }

  void call(Call call) {
    calls.add(call);
    ended.incrementAndGet();
    if (call.result() == Result.WHOLE) {
      whole.incrementAndGet();
    }
  }

  void arrival(String vendor) {
    if (timeline.hasBegun()) {
      arrivals.add(new Arrival(timeline.seconds(), vendor));
    }
  }

  void turn(String target, BreakerState to) {
    turns.add(new Turn(timeline.seconds(), target, to));
  }

  /** The share of the calls that have ended so far and were answered whole, in percent. */
  double answeredSoFar() {
    long all = ended.get();
    return all == 0 ? 100 : 100.0 * whole.get() / all;
  }

  /** A copy of what was noted. */
  Run close(String name) {
    return new Run(name, List.copyOf(calls), List.copyOf(arrivals), List.copyOf(turns));
  }
}
