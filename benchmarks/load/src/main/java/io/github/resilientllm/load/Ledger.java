package io.github.resilientllm.load;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What a vendor counts: requests, and who came when. Safe for several threads. */
final class Ledger {
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong cancelled = new AtomicLong();
  private final AtomicLong early = new AtomicLong();
  private final AtomicLong inOutage = new AtomicLong();
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
    notBefore.put(call, until);
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

  /** Forgets all but whether there is an outage. */
  void reset() {
    requests.set(0);
    cancelled.set(0);
    early.set(0);
    inOutage.set(0);
    backAfter.set(-1);
    outageEnded = 0;
    notBefore.clear();
  }

  /** One line of {@code name=number}. */
  String report() {
    long back = backAfter.get();
    return "requests=%d cancelled=%d early=%d inOutage=%d backMillis=%d"
        .formatted(
            requests.get(),
            cancelled.get(),
            early.get(),
            inOutage.get(),
            back < 0 ? -1 : back / 1_000_000);
  }
}
