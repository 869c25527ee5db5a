package io.github.resilientllm.load;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What a vendor counts: requests, and who came when. Safe for several threads. */
final class Ledger {
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong cancelled = new AtomicLong();
  private final AtomicLong early = new AtomicLong();
  private final AtomicLong inOutage = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final Deque<Long> admitted = new ArrayDeque<>(); // guarded by itself
  private final Map<Long, Long> notBefore = new ConcurrentHashMap<>(); // by the call's number
  private volatile boolean outage;
  private volatile long outageEnded;
  private final AtomicLong backAfter = new AtomicLong(-1);

  /** A request came; returns whether the vendor is down. */
  boolean arrived(long call, long now) {
    requests.incrementAndGet();
    Long allowed = notBefore.remove(call);
    if (allowed != null && now < allowed) {
      early.incrementAndGet();
    }
    if (outage) {
      inOutage.incrementAndGet();
    } else if (outageEnded != 0) {
      backAfter.compareAndSet(-1, now - outageEnded);
    }
    return outage;
  }

  /** A call was told not to come back before an instant. */
  void refused(long call, long until) {
    refused.incrementAndGet();
    notBefore.put(call, until);
  }

  /**
   * Whether a request is within the limit that a distribution such as {@code limited-20-10} names:
   * 20 in any 10 seconds.
   */
  boolean admits(String distribution, long now) {
    String[] words = distribution.split("-", -1);
    if (!words[0].equals("limited")) {
      return true;
    }
    long since = now - Long.parseLong(words[2]) * 1_000_000_000L;
    synchronized (admitted) {
      while (!admitted.isEmpty() && admitted.peekFirst() - since < 0) {
        admitted.removeFirst();
      }
      if (admitted.size() >= Integer.parseInt(words[1])) {
        return false;
      }
      admitted.addLast(now);
      return true;
    }
  }

  /** A client went away before its answer was complete. */
  void cancelled() {
    cancelled.incrementAndGet();
  }

  void outage(boolean begins, long now) {
    outage = begins;
    if (!begins) {
      outageEnded = now;
    }
  }

  /** Forgets all but whether there is an outage, and what it has admitted. */
  void reset() {
    requests.set(0);
    cancelled.set(0);
    early.set(0);
    inOutage.set(0);
    refused.set(0);
    backAfter.set(-1);
    outageEnded = 0;
    notBefore.clear();
  }

  /** One line of {@code name=number}. */
  String report() {
    long back = backAfter.get();
    return "requests=%d cancelled=%d early=%d inOutage=%d refused=%d backMillis=%d"
        .formatted(
            requests.get(),
            cancelled.get(),
            early.get(),
            inOutage.get(),
            refused.get(),
            back < 0 ? -1 : back / 1_000_000);
  }
}
