package io.github.resilientllm.internal.call;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.race.Race;
import io.github.resilientllm.internal.target.EngineTarget;
import io.github.resilientllm.internal.target.Permit;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.ProviderException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The phase of a call in which attempts race to their first content: asks {@link Race} for the next
 * move and makes it.
 *
 * <p>Without hedging at most one attempt runs at a time, and it runs on the thread that runs the
 * call; a watch closes it when its time is up. With hedging attempts run beside each other ({@link
 * Raced}), and that thread waits for whichever speaks first.
 */
final class Opening {
  private final Engine engine;
  private final Frame frame;
  private final Scribe scribe;
  private final Accounts accounts;
  private final Race race;
  private final Entrance entrance;
  private final @Nullable Raced raced; // null where no attempts race
  private final OnTheWire onTheWire = new OnTheWire();

  /** The last failed attempt at each target: a retry sends what it sent. */
  private final Map<Integer, LiveAttempt> failed = new HashMap<>(4);

  private int attempts;
  private volatile @Nullable Thread runner;

  /** The opening of a call that has begun. */
  Opening(Engine engine, Frame frame, Scribe scribe, Accounts accounts) {
    this.engine = engine;
    this.frame = frame;
    this.scribe = scribe;
    this.accounts = accounts;
    this.race = new Race(frame.ladder(), frame, frame.deadline());
    this.entrance = new Entrance(engine, frame, race, accounts, this::wake);
    this.raced = engine.policies.hedge().enabled() ? new Raced(engine, this::wake) : null;
  }

  /**
   * Runs attempts until one has spoken.
   *
   * @throws CallOver if none does
   */
  LiveAttempt run(ChatRequest request) {
    runner = Thread.currentThread();
    while (true) {
      long now = engine.time.nanos();
      frame.check(now);
      LiveAttempt winner = raced == null ? null : collect(raced, now);
      if (winner != null) {
        return winner;
      }
      entrance.announce();
      Race.Move move = race.next(now);
      if (move instanceof Race.Move.Start start) {
        winner = start(start, request, now);
        if (winner != null) {
          return winner;
        }
      } else if (move instanceof Race.Move.Pay pay) {
        pay(pay, now);
      } else if (move instanceof Race.Move.PassOver over) {
        entrance.passOver(over.target(), ErrorKind.CONTEXT_TOO_LONG, over.why(), now);
      } else if (move instanceof Race.Move.Wait wait) {
        long clock = raced == null ? frame.deadline() : raced.nextClock();
        engine.time.park(Math.min(frame.deadline(), Math.min(wait.until(), clock)));
      } else if (move instanceof Race.Move.End end) {
        throw new CallOver(end.kind());
      }
    }
  }

  /** The winner of a run broke off, or an attempt failed to speak. */
  void failed(LiveAttempt attempt, ProviderException failure) {
    long now = engine.time.nanos();
    int index = attempt.index();
    onTheWire.remove(attempt);
    failed.put(index, attempt);
    boolean again = race.mayAskAgain(index, failure);
    boolean ejected = accounts.failed(attempt, failure, again, isOwnClocks(attempt, failure), now);
    long openingNanos = frame.openingNanos(index, attempt.fit().asked(), race.othersLeft(index));
    race.failed(index, failure, ejected, openingNanos, engine.random.getAsDouble(), now);
  }

  /** The call was cancelled: closes what is on the wire and wakes the thread that runs it. */
  void interrupt() {
    onTheWire.closeAll();
    wake();
  }

  /** The call has ended: ends all that is still going on. */
  void end(String why, long now) {
    if (raced != null) {
      for (LiveAttempt attempt : raced.takeAll()) {
        lost(attempt, why, now);
      }
    }
    entrance.leave();
    for (int index = 0; index < frame.targets().size(); index++) {
      ErrorKind unspent = race.takeUnspent(index);
      if (unspent != null) {
        frame.target(index).budget().giveBack(unspent);
      }
    }
  }

  private @Nullable LiveAttempt start(Race.Move.Start move, ChatRequest request, long now) {
    int index = move.target();
    EngineTarget target = frame.target(index);
    LiveAttempt before = before(index);
    Fit fit = Fit.of(request, target, scribe, before == null ? null : before.fit());
    if (fit.obstacle() != null) {
      entrance.passOver(index, ErrorKind.NO_ELIGIBLE_TARGET, fit.obstacle(), now);
      return null;
    }
    boolean hedge = move.kind() == Attempt.Kind.HEDGE;
    if (hedge && raced != null && raced.waitingUntil() != Time.NEVER) {
      race.hedgePutOff(raced.waitingUntil()); // what has not begun is not late
      return null;
    }
    boolean background = fit.request().background();
    Permit permit =
        hedge
            ? entrance.enterBeside(index, background, now)
            : entrance.enter(move, background, now);
    if (permit == null) {
      return null;
    }
    try {
      LiveAttempt attempt =
          new LiveAttempt(
              engine.time,
              fit,
              before,
              target,
              index,
              move.kind(),
              permit,
              hedge ? null : race.retriedAfter(index),
              options(target),
              frame.openingNanos(index, request, race.othersLeft(index)),
              frame.deadline());
      return begin(attempt, now);
    } catch (RuntimeException | Error e) { // of a scribe; an attempt that never began holds it
      permit.release(now);
      throw e;
    }
  }

  private CallOptions options(EngineTarget target) {
    boolean streams = frame.isStreaming() && target.capabilities().streaming();
    return scribe.options(target.name(), CallOptions.of(streams));
  }

  /** Begins an attempt; it if has spoken when this returns. */
  private @Nullable LiveAttempt begin(LiveAttempt attempt, long now) {
    scribe.attempted(attempt.target().name(), attempt.kind());
    engine.events.attemptStarted(frame.id(), attempt.target().name(), attempt.kind(), ++attempts);
    long late =
        raced == null
            ? 0
            : attempt.target().standing().hedging().delayNanos(engine.policies.hedge());
    race.started(attempt.index(), attempt.kind(), late, now);
    onTheWire.add(attempt);
    if (raced == null) {
      attempt.claim();
      attempt.open();
      return opened(attempt);
    }
    if (attempt.kind() != Attempt.Kind.HEDGE) {
      engine.hedges.give(engine.policies.hedge().extraLoad());
    }
    if (raced.start(attempt, late)) {
      return null;
    }
    attempt.claim();
    return withoutThread(attempt, now);
  }

  /** The executor has no thread for an attempt; the attempt itself if it has spoken on this one. */
  private @Nullable LiveAttempt withoutThread(LiveAttempt attempt, long now) {
    if (attempt.kind() == Attempt.Kind.HEDGE) {
      race.withdrawn(attempt.index());
      lost(attempt, "the executor has no thread for a hedge", now);
      return null;
    }
    attempt.open(); // here, for the call has this thread at least
    return opened(attempt);
  }

  /** Takes what came back from the race, and what came back late; the winner if there is one. */
  private @Nullable LiveAttempt collect(Raced raced, long now) {
    LiveAttempt attempt;
    while ((attempt = raced.poll()) != null) {
      LiveAttempt winner = opened(attempt);
      if (winner != null) {
        return winner;
      }
    }
    while ((attempt = raced.pollWaiting(now)) != null) {
      LiveAttempt winner = withoutThread(attempt, now);
      if (winner != null) {
        return winner;
      }
    }
    while ((attempt = raced.pollLate(engine.time.nanos())) != null) {
      failed(attempt, new ProviderException(ErrorKind.TIMEOUT, "no first token in time"));
    }
    return null;
  }

  /** An attempt has come to its first content or to its failure; it itself if it has spoken. */
  private @Nullable LiveAttempt opened(LiveAttempt attempt) {
    long now = engine.time.nanos();
    ProviderException failure = attempt.failure();
    if (failure != null) {
      failed(attempt, causeOf(attempt, failure, now));
      return null;
    }
    race.committed();
    failed.clear(); // an answer may take minutes, and they hold requests
    attempt.permit().spoke(now);
    if (attempt.firstTokenNanos() >= 0) {
      attempt.target().standing().hedging().learn(attempt.firstTokenNanos());
      engine.events.firstToken(frame.id(), attempt.target().name(), attempt.firstTokenNanos());
    }
    if (raced != null) {
      for (LiveAttempt loser : raced.takeAll()) {
        onTheWire.remove(loser);
        accounts.beaten(loser, "another attempt was faster", now);
      }
    }
    entrance.leave();
    return attempt;
  }

  /**
   * What ended an attempt that has not spoken: its own failure, unless one of our clocks closed it,
   * or the call is over.
   */
  private ProviderException causeOf(LiveAttempt attempt, ProviderException failure, long now) {
    try {
      frame.check(now);
    } catch (CallOver over) {
      lost(attempt, "the call ended: " + over.kind(), now);
      throw over;
    }
    if (!attempt.isExpired()) {
      return failure;
    }
    if (now < attempt.openingEnd()) {
      return new ProviderException(ErrorKind.LIMIT_EXCEEDED, "its thread was interrupted");
    }
    return new ProviderException(ErrorKind.TIMEOUT, "no first token in time");
  }

  /**
   * Whether a failure is the vendor's within the clocks of the client: what a request's own shorter
   * time ended says nothing about the target, and neither does what was never sent.
   */
  private boolean isOwnClocks(LiveAttempt attempt, ProviderException failure) {
    boolean ended = failure.kind() == ErrorKind.TIMEOUT || failure.kind() == ErrorKind.STALLED;
    return !(ended && attempt.isExpired() && frame.isShortened());
  }

  private void pay(Race.Move.Pay move, long now) {
    int index = move.target();
    EngineTarget target = frame.target(index);
    if (!target.budget().tryPay(move.after())) {
      target.standing().gaveUp(move.after(), now);
      race.denied(index);
      return;
    }
    race.paid(index);
    ProviderException failure = move.again();
    if (failure != null) {
      engine.events.retryScheduled(
          frame.id(), target.name(), move.at() - now, failure.retryAfter().isPresent());
    }
  }

  private void lost(LiveAttempt attempt, String why, long now) {
    onTheWire.remove(attempt);
    accounts.lost(attempt, why, now);
  }

  /** An attempt of this call at the same target, whose request may be sent again as it is. */
  private @Nullable LiveAttempt before(int index) {
    LiveAttempt running = raced == null ? null : raced.at(index);
    return running == null ? failed.get(index) : running;
  }

  private void wake() {
    Thread thread = runner;
    if (thread != null) {
      engine.time.unpark(thread);
    }
  }
}
