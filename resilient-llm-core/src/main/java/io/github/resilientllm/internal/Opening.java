package io.github.resilientllm.internal;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.guard.Admission;
import io.github.resilientllm.internal.guard.Place;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.provider.ProviderException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The phase of a call in which attempts race to their first content: asks {@link Race} for the next
 * move and makes it.
 *
 * <p>Without hedging at most one attempt runs at a time, and it runs on the caller's thread with no
 * hand-over; a watch closes it when its time is up. With hedging each attempt runs on a thread of
 * the executor up to its first content, and the caller's thread waits for whichever speaks first.
 */
final class Opening extends CallRules {
  final Accounts accounts;
  private final Race race;
  private final @Nullable Queue<LiveAttempt> mailbox; // null where no attempts race

  // Of the holder of the call: the attempts in a race, or the one that its own thread is in.
  private final List<LiveAttempt> running;
  private @Nullable LiveAttempt here;

  private @Nullable LiveAttempt winner;

  /** The last failed attempt at each target; made when there is one. */
  private @Nullable Map<Integer, LiveAttempt> failed;

  private @Nullable Waits waits; // made when a target is full, which is rare
  private int attempts;

  /** What to close when the call is cancelled: the attempt that the caller's thread is in. */
  private volatile @Nullable LiveAttempt current;

  private volatile @Nullable Thread coordinator;

  Opening(Engine engine, Call call) {
    super(engine, call);
    this.accounts = new Accounts(engine, call);
    boolean raced = engine.policies.hedge().enabled();
    this.running = raced ? new ArrayList<>(2) : List.of();
    this.mailbox = raced ? new ConcurrentLinkedQueue<>() : null;
    this.race = new Race(this);
  }

  /** Runs attempts until one has spoken; ends the call if none does. */
  LiveAttempt run() {
    winner = null;
    coordinator = Thread.currentThread();
    while (true) {
      long now = engine.time.nanos();
      call.throwIfOver(now);
      if (isRaced()) {
        collect();
        timeOut(now);
      }
      if (winner != null) {
        return winner;
      }
      if (waits != null) {
        waits.announce(race);
      }
      Race.Move move = race.next(now);
      if (move instanceof Race.Move.Start start) {
        start(start, now);
      } else if (move instanceof Race.Move.Retry retry) {
        new Retries(engine, call, race).decide(retry, openingNanos(call.streaming), now);
      } else if (move instanceof Race.Move.Wait wait) {
        engine.time.park(Math.min(wait.until(), nextClock()));
      } else if (move instanceof Race.Move.End end) {
        throw call.end(end.kind());
      }
    }
  }

  /** An attempt in the race has something to say; on the attempt's thread. */
  void opened(LiveAttempt attempt) {
    mailbox().add(attempt);
    wake();
  }

  /** The call was cancelled: closes what is on the wire and wakes the caller's thread. */
  void interrupt() {
    LiveAttempt attempt = current;
    if (attempt != null) {
      attempt.close();
    }
    wake();
  }

  /** The attempt ended in a failure of its own. */
  void failed(LiveAttempt attempt, ProviderException failure) {
    long now = engine.time.nanos();
    current = null;
    failed = failed == null ? new HashMap<>(4) : failed;
    failed.put(attempt.index, attempt);
    boolean again = race.failed(attempt.index, failure, now);
    accounts.failed(attempt, failure, again, now);
  }

  /** Ends all that is still going on. */
  void abandon(ErrorKind callEnd, long now) {
    LiveAttempt open = here;
    here = null;
    if (open != null) {
      accounts.lost(open, callEnd, now);
    }
    for (LiveAttempt attempt : takeRunning()) {
      accounts.lost(attempt, callEnd, now);
    }
    if (waits != null) {
      waits.end();
    }
  }

  private void start(Race.Move.Start move, long now) {
    int index = move.target();
    EngineTarget target = call.targets.get(index);
    boolean hedge = move.kind() == Attempt.Kind.HEDGE;
    LiveAttempt before = before(index);
    Fit fit =
        Fit.of(call.attemptRequest(), target, call.scribe, before == null ? null : before.fit());
    if (fit.obstacle() != null) {
      race.giveUpOn(index);
      accounts.skipped(target, ErrorKind.NO_ELIGIBLE_TARGET, fit.obstacle(), now);
      return;
    }
    if (hedge && !target.guard().takesHedges(now)) {
      race.hedgeRefused(index);
      return;
    }
    if (hedge && !engine.hedges.tryTake(1, 0)) {
      race.hedgeRefused();
      return;
    }
    Place place = waits == null ? null : waits.take(index);
    Admission admission =
        target.guard().admit(now, place, move.forced(), fit.request().background());
    if (!admission.admitted()) {
      refused(index, target, admission, hedge, now);
      return;
    }
    if (waits != null) {
      waits.end(race); // a place for it elsewhere would lie idle while the attempt runs
    }
    LiveAttempt attempt =
        new LiveAttempt(
            call,
            fit,
            before,
            call.streaming && target.capabilities().streaming(),
            target,
            index,
            move.kind(),
            admission,
            move.forced(),
            race.retriedAfter(index, move.kind()),
            now);
    engine.events.attemptStarted(call.id(), target.name(), move.kind(), ++attempts);
    call.scribe.attempted(target.name(), move.kind());
    race.started(index, move.kind(), isRaced() ? target.guard().hedgeDelayNanos() : 0, now);
    if (isRaced()) {
      startBeside(attempt, hedge);
    } else {
      startHere(attempt);
    }
  }

  /** An attempt of this call at the same target, whose request may be sent again as it is. */
  private @Nullable LiveAttempt before(int index) {
    for (int i = 0; i < running.size(); i++) { // an iterator would be one more object of each call
      if (running.get(i).index == index) {
        return running.get(i);
      }
    }
    return failed == null ? null : failed.get(index);
  }

  private void startHere(LiveAttempt attempt) {
    here = attempt;
    current = attempt;
    if (call.cancelled) {
      attempt.close(); // the canceller may have looked before it was there
    }
    attempt.arm(openingEnd(attempt));
    engine.time.watch(attempt);
    attempt.open(engine.time);
    boolean inTime = attempt.disarm(call.deadline());
    ProviderException failure = attempt.failure();
    if (failure == null && inTime) {
      here = null;
      commit(attempt);
      return;
    }
    if (failure == null) {
      failure = new ProviderException(ErrorKind.TIMEOUT, "closed as it began to speak");
    }
    ProviderException cause = call.causeOf(attempt, failure); // ends the call if that is over
    here = null;
    failed(attempt, cause);
  }

  private void startBeside(LiveAttempt attempt, boolean hedge) {
    if (!hedge) {
      engine.hedges.give(engine.policies.hedge().extraLoad());
    }
    running.add(attempt);
    try {
      engine.executor.execute(attempt);
    } catch (RejectedExecutionException e) {
      takeRunning(attempt);
      failed(
          attempt,
          ProviderException.builder(
                  ErrorKind.LIMIT_EXCEEDED, "the executor has no thread for an attempt")
              .cause(e)
              .build());
    }
  }

  private void commit(LiveAttempt attempt) {
    winner = attempt;
    failed = null; // an answer may take minutes, and they hold requests
    race.committed();
    if (waits != null) {
      waits.end(); // who speaks needs no other place, and others wait for it
    }
    if (call.streaming) {
      attempt.target.guard().learn(attempt.firstTokenNanos());
      engine.events.firstToken(call.id(), attempt.target.name(), attempt.firstTokenNanos());
    }
    if (isRaced()) {
      long now = engine.time.nanos();
      current = attempt;
      attempt.disarm(call.deadline());
      engine.time.watch(attempt);
      for (LiveAttempt loser : takeRunning()) {
        accounts.lost(loser, null, now);
      }
      if (call.cancelled) {
        attempt.close();
      }
    }
  }

  private void collect() {
    LiveAttempt attempt;
    while (winner == null && (attempt = mailbox().poll()) != null) {
      if (!takeRunning(attempt)) {
        continue; // it was closed meanwhile and has been accounted for
      }
      ProviderException failure = attempt.failure();
      if (failure == null) {
        commit(attempt);
      } else {
        failed(attempt, failure);
      }
    }
  }

  /** Ends the attempts of a race whose first content did not come in time. */
  private void timeOut(long now) {
    for (LiveAttempt attempt : List.copyOf(running)) {
      if (openingEnd(attempt) <= now && takeRunning(attempt)) {
        failed(attempt, new ProviderException(ErrorKind.TIMEOUT, "no first token in time"));
      }
    }
  }

  private void refused(
      int index, EngineTarget target, Admission admission, boolean hedge, long now) {
    if (hedge) {
      race.hedgeRefused(index); // a hedge does not wait
      engine.hedges.give(1);
      return;
    }
    long until =
        switch (admission.verdict()) {
          case FROZEN -> admission.until() + spread();
          case RATIONED -> admission.until();
          case PACED ->
              admission.until() - race.waitingSince(index, now)
                      <= target.rateLimit().maxWait().toNanos()
                  ? admission.until()
                  : Time.NEVER;
          case FULL -> race.isSiblingAtHand(index, now) ? now : queueFor(index, target, now);
          default -> Time.NEVER;
        };
    race.refused(index, admission.verdict(), until, now);
    if (until == Time.NEVER) {
      switch (admission.verdict()) {
        case OPEN, LOCKED ->
            accounts.skipped(target, ErrorKind.CIRCUIT_OPEN, "its circuit breaker is open", now);
        case FULL ->
            accounts.skipped(
                target, ErrorKind.LIMIT_EXCEEDED, "no place within its concurrency limit", now);
        default ->
            accounts.skipped(
                target, ErrorKind.LIMIT_EXCEEDED, "no turn within its rate limit", now);
      }
    }
  }

  /** Spreads those who waited for the same instant; a server's delay is moved up, never down. */
  private long spread() {
    return (long)
        (engine.random.getAsDouble() * engine.policies.retry().throttledDelay().toNanos());
  }

  /** Queues for a place; the instant at which to give up, or never if there is no queueing. */
  private long queueFor(int index, EngineTarget target, long now) {
    long since = race.waitingSince(index, now);
    long until = since + target.concurrency().maxWait().toNanos();
    if (hasOthers(index)) {
      until = Math.min(until, since + engine.policies.patienceNanos());
      if (until >= call.deadline()) {
        return Time.NEVER;
      }
    }
    until = Math.min(until, call.deadline() - 1);
    if (until <= now) {
      return Time.NEVER; // it has had its wait
    }
    if (waits == null) {
      waits = new Waits(call.targets, this::wake, call.attemptRequest().background());
    }
    return waits.join(index) ? until : Time.NEVER;
  }

  /** Whether the call has another target that is no sibling. */
  private boolean hasOthers(int index) {
    int group = call.targets.get(index).group();
    return group < 0
        ? call.targets.size() > 1
        : call.targets.stream().anyMatch(target -> target.group() != group);
  }

  private long openingEnd(LiveAttempt attempt) {
    return Math.min(call.deadline(), attempt.startedAt + openingNanos(attempt.isStreaming()));
  }

  private long openingNanos(boolean streaming) {
    Policies policies = call.policies;
    return streaming
        ? Math.min(policies.attemptNanos(), policies.firstTokenNanos())
        : policies.attemptNanos();
  }

  private long nextClock() {
    long next = call.deadline();
    for (LiveAttempt attempt : running) {
      next = Math.min(next, openingEnd(attempt));
    }
    return next;
  }

  private void wake() {
    Thread thread = coordinator;
    if (thread != null) {
      engine.time.unpark(thread);
    }
  }

  private boolean isRaced() {
    return mailbox != null;
  }

  private Queue<LiveAttempt> mailbox() {
    return Objects.requireNonNull(mailbox);
  }

  /** Takes an attempt out of the race; false if somebody else has. */
  private boolean takeRunning(LiveAttempt attempt) {
    return running.remove(attempt);
  }

  private List<LiveAttempt> takeRunning() {
    if (running.isEmpty()) {
      return List.of();
    }
    List<LiveAttempt> all = List.copyOf(running);
    running.clear();
    return all;
  }
}
