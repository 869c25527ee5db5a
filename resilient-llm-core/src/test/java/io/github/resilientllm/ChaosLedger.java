package io.github.resilientllm;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.CallListener;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Budget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps books on all that a client reports, and notes each time it does what it must not.
 *
 * <p>The budgets are kept a second time, so that the engine's own must agree to the token.
 */
final class ChaosLedger implements CallListener {
  /** Prints every event, for the search after a failure. */
  private static final boolean TRACE = Boolean.getBoolean("resilientllm.chaos.trace");

  final List<String> violations = new ArrayList<>();

  /** Which of a test's calls a thread is making. */
  final Map<Thread, Integer> calling = new HashMap<>();

  final Map<Long, CallBook> calls = new LinkedHashMap<>();
  private final Map<String, Long> budgets = new HashMap<>();
  private final VirtualTime time;
  private final ChaosSettings settings;
  private final Map<String, ChaosVendor> vendors;
  private long hedgeTokens = 1000;

  ChaosLedger(VirtualTime time, ChaosSettings settings, Map<String, ChaosVendor> vendors) {
    this.time = time;
    this.settings = settings;
    this.vendors = vendors;
  }

  /** One call. */
  static final class CallBook {
    final int number;
    final long startedAt;
    final Map<String, TargetBook> targets = new HashMap<>();
    int started;
    int running;
    int hedges;
    boolean closedToOthers;
    boolean toolRetried;
    boolean unauthorizedRetried;
    CallEvent.@Nullable CallEnded ended;

    CallBook(int number, long startedAt) {
      this.number = number;
      this.startedAt = startedAt;
    }

    TargetBook at(String target) {
      return targets.computeIfAbsent(target, name -> new TargetBook());
    }
  }

  /** One target within one call. */
  static final class TargetBook {
    int tries;
    long notBefore;
    @Nullable String out;
    boolean begun;
    @Nullable ErrorKind pending;
    long pendingUntil;
    @Nullable ErrorKind retriedAfter;

    /** The failure whose retry is paid for and has not begun. */
    @Nullable ErrorKind unspent;
  }

  void violation(String what) {
    violations.add(time.nanos() / 1_000_000 + " ms: " + what);
  }

  void check(boolean right, String what) {
    if (!right) {
      violation(what);
    }
  }

  /** What is left of a target's budget. */
  double tokens(String target) {
    return budget(target) / 1000.0;
  }

  @Override
  public void on(CallEvent event) {
    String shown = event.toString();
    if (TRACE) {
      System.out.println(time.nanos() / 1_000_000 + " ms: " + shown);
    }
    check(!showsContent(shown), "content in " + shown);
    if (event instanceof CallEvent.CallStarted started) {
      int number = calling.getOrDefault(Thread.currentThread(), -1);
      calls.put(started.callId(), new CallBook(number, time.nanos()));
    } else if (event instanceof CallEvent.AttemptStarted started) {
      attemptStarted(book(started.callId()), started);
    } else if (event instanceof CallEvent.AttemptEnded ended) {
      attemptEnded(book(ended.callId()), ended.attempt());
    } else if (event instanceof CallEvent.RetryScheduled retry) {
      retryScheduled(book(retry.callId()), retry);
    } else if (event instanceof CallEvent.CallEnded ended) {
      CallBook call = book(ended.callId());
      check(call.ended == null, "call " + call.number + " ended twice");
      check(call.running == 0, "call " + call.number + " ended before its attempts");
      check(
          ended.duration().compareTo(settings.timeouts().deadline()) <= 0,
          "call " + call.number + " lasted " + ended.duration());
      call.ended = ended;
      call.targets.forEach(this::giveBack);
    }
  }

  /** A retry that was paid for and is not made costs nothing. */
  private void giveBack(String name, TargetBook target) {
    if (target.unspent != null) {
      give(name, costAfter(target.unspent));
      target.pending = target.unspent;
      target.unspent = null;
    }
  }

  private void attemptStarted(CallBook call, CallEvent.AttemptStarted event) {
    String name = "call " + call.number + ": " + event;
    TargetBook target = call.at(event.target());
    boolean hedge = event.kind() == Attempt.Kind.HEDGE;
    check(call.ended == null, name + " after the end");
    check(time.nanos() >= target.notBefore, name + " before the server's delay");
    check(target.out == null, name + " although out by " + target.out);
    check(target.begun || !call.closedToOthers, name + " although the request is wrong everywhere");
    target.begun = true;
    call.started++;
    call.running++;
    check(event.number() == call.started, name + " is not number " + call.started);
    int beside = hedge ? settings.hedge().maxHedges() : 0;
    check(
        settings.hedge().enabled() ? call.running <= 1 + settings.hedge().maxHedges() : !hedge,
        name + " beside too many");
    check(hedge || call.running == 1, name + " beside another, and no hedge");
    if (hedge) {
      call.hedges++;
      check(call.hedges <= beside, name + " is a hedge too many");
      hedgeTokens -= 1000;
      check(hedgeTokens >= 0, name + " is not within the extra load");
    } else {
      target.tries++;
      target.unspent = null;
      check(target.tries <= settings.retry().maxAttempts(), name + " is a try too many");
      hedgeTokens = Math.min(25_000, hedgeTokens + Math.round(1000 * settings.hedge().extraLoad()));
    }
    check(
        (event.kind() == Attempt.Kind.FIRST) == (event.number() == 1), name + " is the wrong kind");
  }

  private void attemptEnded(CallBook call, Attempt attempt) {
    String name = "call " + call.number + ": " + attempt;
    check(!showsContent(attempt.toString()), "content in " + attempt);
    check(call.ended == null, name + " after the end");
    check(
        attempt.startedAfter().plus(attempt.duration()).compareTo(settings.timeouts().deadline())
            <= 0,
        name + " is too late");
    if (attempt.kind() == Attempt.Kind.SKIPPED) {
      giveBack(attempt.target(), call.at(attempt.target()));
      return;
    }
    call.running--;
    Budget budget = settings.budget();
    TargetBook target = call.at(attempt.target());
    if (attempt.error().isEmpty()) {
      ErrorKind after = attempt.kind() == Attempt.Kind.RETRY ? target.retriedAfter : null;
      double refund = after == null ? 0 : Math.min(costAfter(after), budget.refund());
      give(attempt.target(), Math.max(budget.refill(), refund));
      return;
    }
    if (isLost(attempt)) {
      return;
    }
    ErrorKind kind = attempt.error().orElseThrow();
    if (kind != ErrorKind.LIMIT_EXCEEDED && kind != ErrorKind.CANCELLED) { // which are ours
      long drained = Math.max(0, budget(attempt.target()) - thousandths(budget.failureCost()));
      budgets.put(attempt.target(), drained);
    }
    failed(call, target, attempt);
  }

  private void failed(CallBook call, TargetBook target, Attempt attempt) {
    ErrorKind kind = attempt.error().orElseThrow();
    long until = time.nanos();
    boolean hintedAgainst = false;
    boolean hintedFor = false;
    long start = call.startedAt + attempt.startedAfter().toNanos();
    for (ChaosVendor.Made made : vendors.get(attempt.target()).made) {
      if (made.call == call.number
          && made.startedAt == start
          && made.failure != null
          && made.failure.kind() == kind) {
        hintedAgainst = !made.failure.retryHint().orElse(true);
        hintedFor = made.failure.retryHint().orElse(false);
        Duration delay = made.failure.retryAfter().orElse(Duration.ZERO);
        until += delay.toNanos();
        target.notBefore = Math.max(target.notBefore, made.failedAt + delay.toNanos());
      }
    }
    if (hintedAgainst || !mayComeBack(call, kind, hintedFor)) {
      target.out = kind.name();
    } else if (target.pending == null || until >= target.pendingUntil) {
      target.pending = kind;
      target.pendingUntil = until;
    }
    call.closedToOthers |=
        kind == ErrorKind.INVALID_REQUEST
            || (kind == ErrorKind.CONTENT_FILTERED && !settings.fallback().onContentFilter());
  }

  private boolean mayComeBack(CallBook call, ErrorKind kind, boolean hintedFor) {
    return switch (kind) {
      case TOOL_GENERATION_FAILED -> !call.toolRetried;
      case UNAUTHORIZED ->
          !call.unauthorizedRetried && (hintedFor || settings.retry().retriesUnauthorized());
      case INVALID_REQUEST, CONTEXT_TOO_LONG -> false;
      case CONTENT_FILTERED -> hintedFor && settings.fallback().onContentFilter();
      default -> hintedFor || kind.retriesSameTarget();
    };
  }

  private void retryScheduled(CallBook call, CallEvent.RetryScheduled retry) {
    TargetBook target = call.at(retry.target());
    ErrorKind after = target.pending;
    target.pending = null;
    if (after == null) {
      violation("call " + call.number + ": a retry after nothing at " + retry.target());
      return;
    }
    target.retriedAfter = after;
    target.unspent = after;
    call.toolRetried |= after == ErrorKind.TOOL_GENERATION_FAILED;
    call.unauthorizedRetried |= after == ErrorKind.UNAUTHORIZED;
    long cost = thousandths(costAfter(after));
    long floor = thousandths(settings.budget().reserve());
    long tokens = budget(retry.target());
    check(
        tokens >= cost && (floor == 0 || tokens > floor),
        "call " + call.number + ": a retry at " + retry.target() + " with " + tokens + " left");
    budgets.put(retry.target(), tokens - cost);
    long until = time.nanos() + retry.delay().toNanos();
    check(
        until < call.startedAt + settings.timeouts().deadline().toNanos(),
        "call " + call.number + ": a retry that does not fit into the deadline");
  }

  static boolean showsContent(String text) {
    return text.contains(ChaosVendor.PROMPT) || text.contains(ChaosVendor.ANSWER);
  }

  static boolean isLost(Attempt attempt) {
    String reason = attempt.reason().orElse("");
    return reason.equals("another attempt was faster")
        || reason.equals("the executor has no thread for a hedge")
        || reason.startsWith("the call ended: ");
  }

  private double costAfter(ErrorKind kind) {
    return switch (kind) {
      case TIMEOUT, STALLED, OVERLOADED -> settings.budget().timeoutCost();
      case RATE_LIMITED -> settings.budget().throttledCost();
      default -> settings.budget().retryCost();
    };
  }

  private void give(String target, double amount) {
    long most = thousandths(settings.budget().capacity());
    budgets.put(target, Math.min(most, budget(target) + thousandths(amount)));
  }

  private long budget(String target) {
    return budgets.computeIfAbsent(target, t -> thousandths(settings.budget().capacity()));
  }

  private CallBook book(long id) {
    CallBook book = calls.get(id);
    if (book == null) {
      violation("an event of call " + id + ", which did not start");
      return new CallBook(-1, 0);
    }
    return book;
  }

  private static long thousandths(double amount) {
    return Math.round(amount * 1000);
  }
}
