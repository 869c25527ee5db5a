package io.github.resilientllm.internal;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One call from its first attempt to its one end, pulled event by event by one thread.
 *
 * <p>It alternates between two phases. {@link Opening} races candidates until one speaks; then this
 * class reads that attempt's pieces on the caller's own thread. When the attempt breaks off, the
 * call goes back to the first phase or ends, as the policy says.
 *
 * <p>Only who {@linkplain Hold holds} the call ends it, so that it ends once.
 */
final class Call extends Hold implements Exchange {
  final Engine engine;
  final Scribe scribe;
  List<EngineTarget> targets; // in the order in which this call asks them
  private final boolean callerStreams;
  final boolean streaming;
  private final Opening opening;
  private final Answer answer = new Answer();
  Policies policies; // the engine's, within the time that the request allows

  private long id;
  private long startedAt = -1;
  private @Nullable ChatRequest request; // until the scribe has said it
  private @Nullable ChatRequest attemptRequest;
  private @Nullable LiveAttempt winner;
  private long readersNanos; // that the winner's pieces waited for the caller to come back
  private long turnedAt; // when the caller of next() last came or was let go
  private @Nullable ErrorKind brokenBy;
  private @Nullable LlmException failure;
  volatile boolean cancelled;

  /** A call that nobody writes down. */
  Call(Engine engine, ChatRequest request, List<EngineTarget> targets, boolean callerStreams) {
    this(engine, Scribe.NONE, targets, callerStreams);
    this.request = request;
    this.attemptRequest = request;
  }

  /** A call that asks what its scribe says. */
  Call(Engine engine, Scribe scribe, List<EngineTarget> targets, boolean callerStreams) {
    this.engine = engine;
    this.scribe = scribe;
    this.targets = targets;
    this.callerStreams = callerStreams;
    // A hedge is decided by the time to the first token, which only a stream has.
    this.streaming = callerStreams || engine.policies.hedge().enabled();
    this.policies = engine.policies;
    this.opening = new Opening(engine, this);
  }

  @Override
  public void begin() {
    startedAt = engine.time.nanos();
    targets = engine.arranged(targets, startedAt);
    policies = engine.policies.within(request);
    id = engine.events.callStarted(callerStreams, scribe.conversation(), request);
  }

  @Override
  public ChatEvent next() {
    hold();
    if (winner != null) {
      long now = engine.time.nanos();
      readersNanos += now - turnedAt;
      turnedAt = now;
    }
    try {
      return advance();
    } catch (JournalException e) {
      throw unwritten(e);
    } finally {
      turnedAt = engine.time.nanos();
      release();
    }
  }

  @Override
  public ChatResponse whole() {
    hold();
    try {
      while (true) {
        if (advance() instanceof ChatEvent.Finished finished) {
          return finished.response();
        }
        if (cancelled) {
          throw end(ErrorKind.CANCELLED);
        }
      }
    } catch (JournalException e) {
      throw unwritten(e);
    } finally {
      release();
    }
  }

  @Override
  public void cancel() {
    if (isOver()) {
      return;
    }
    cancelled = true;
    scribe.cancel();
    opening.interrupt();
    endIfIdle();
  }

  /** The attempt's clock ran out, on the watchdog's thread. */
  void expired(LiveAttempt attempt) {
    attempt.close();
    if (engine.time.nanos() >= deadline()) {
      endIfIdle(); // nobody is reading, and nobody may ever
    }
  }

  /** An attempt in a race has come to its first content or its failure, on its own thread. */
  void opened(LiveAttempt attempt) {
    opening.opened(attempt);
  }

  long id() {
    return id;
  }

  long startedAt() {
    return startedAt;
  }

  long deadline() {
    return startedAt + policies.deadlineNanos();
  }

  /** What the next attempt is to send: the request, or the request to continue. */
  ChatRequest attemptRequest() {
    return Objects.requireNonNull(attemptRequest);
  }

  /** Ends the call if it is over for a reason of its own: cancelled, interrupted, out of time. */
  void throwIfOver(long now) {
    if (cancelled || Thread.currentThread().isInterrupted()) {
      throw end(ErrorKind.CANCELLED);
    }
    if (now >= deadline()) {
      throw end(ErrorKind.DEADLINE_EXCEEDED);
    }
  }

  @Override
  public LlmException rejected(RejectedExecutionException cause) {
    return end(ErrorKind.LIMIT_EXCEEDED, "the executor has no thread for a call", cause);
  }

  private LlmException end(ErrorKind kind, String message, Throwable cause) {
    opening.accounts.add(ProviderException.builder(kind, message).cause(cause).build());
    return end(kind);
  }

  /** Ends the call with an error; the caller throws it. */
  LlmException end(ErrorKind kind) {
    long now = engine.time.nanos();
    LiveAttempt open = winner;
    winner = null;
    if (open != null) {
      opening.accounts.lost(open, kind, now);
    }
    opening.abandon(kind, now);
    LlmException ended = opening.accounts.failure(kind, answer.text(), now - startedAt);
    failure = ended;
    over();
    scribe.failed(ended);
    engine.events.failed(id, request, ended, now - startedAt);
    return ended;
  }

  private void hold() {
    if (!takeToRead()) {
      throw whyNotIdle();
    }
    if (startedAt < 0) {
      begin();
    }
  }

  /**
   * Makes the call idle until it is read again, unless {@link #end} or {@link #finish} ended it.
   */
  private void release() {
    LiveAttempt open = winner;
    if (!giveBack()) {
      return;
    }
    // What came between the last look and this may have found the call held and left it to us.
    if (cancelled || (open != null && open.isExpired() && engine.time.nanos() >= deadline())) {
      endIfIdle();
    }
  }

  private void endIfIdle() {
    if (!takeToEnd()) {
      return; // a reader is at it and will see, or it has ended
    }
    if (startedAt < 0) {
      LlmException unread = new LlmException(ErrorKind.CANCELLED, "closed before it was read");
      failure = unread;
      over();
      scribe.failed(unread);
      return;
    }
    boolean outOfTime = engine.time.nanos() >= deadline();
    // The caller gets it when he reads on, if he does.
    LlmException unused =
        end(outOfTime && !cancelled ? ErrorKind.DEADLINE_EXCEEDED : ErrorKind.CANCELLED);
  }

  private RuntimeException whyNotIdle() {
    awaitEnd();
    return failure != null
        ? failure
        : new IllegalStateException("A stream is read by one thread, and not past its end");
  }

  private ChatEvent advance() {
    if (request == null) {
      ChatResponse known = ask();
      if (known != null) {
        over();
        engine.events.answered(id, request, known, engine.time.nanos() - startedAt);
        return new ChatEvent.Finished(known);
      }
    }
    while (true) {
      if (winner == null) {
        winner = opening.run();
        readersNanos = 0;
        if (brokenBy != null) {
          return seam(winner, brokenBy);
        }
      }
      ChatEvent event = read(winner);
      if (event != null) {
        return event;
      }
    }
  }

  /** The next event of the open attempt; null if it broke off and another is to be opened. */
  private @Nullable ChatEvent read(LiveAttempt attempt) {
    try {
      ChatEvent.Delta delta = attempt.isFirstReady() ? attempt.next() : blockForNext(attempt);
      if (delta != null) {
        answer.add(delta);
        scribe.said(delta);
        return delta;
      }
      Completion completion = attempt.completion();
      opening.accounts.refusal(completion.refusal().orElse(null));
      if (completion.refusal().isPresent()
          || completion.finishReason() == FinishReason.CONTENT_FILTER) {
        throw ProviderException.builder(ErrorKind.CONTENT_FILTERED, "refused or filtered")
            .answered(completion.httpStatus(), completion.requestId().orElse(null))
            .build();
      }
      return new ChatEvent.Finished(finish(attempt, completion));
    } catch (ProviderException e) {
      broken(attempt, e);
      return null;
    }
  }

  private ChatEvent.@Nullable Delta blockForNext(LiveAttempt attempt) throws ProviderException {
    long until = Math.min(deadline(), attemptEnd(attempt));
    if (streaming) {
      long now = callerStreams ? turnedAt : engine.time.nanos(); // a clock for each piece is a lot
      until = Math.min(until, now + policies.stallNanos());
    }
    attempt.arm(until);
    ChatEvent.Delta delta;
    try {
      delta = attempt.next();
    } catch (ProviderException e) {
      attempt.disarm(deadline());
      throw causeOf(attempt, e);
    }
    if (!attempt.disarm(deadline()) && delta != null) { // a complete answer is one, however late
      throw causeOf(attempt, new ProviderException(ErrorKind.STALLED, "closed while it spoke"));
    }
    return delta;
  }

  /** What ended an attempt: its own failure, unless one of our clocks closed it. */
  ProviderException causeOf(LiveAttempt attempt, ProviderException failure) {
    long now = engine.time.nanos();
    throwIfOver(now);
    if (!attempt.isExpired()) {
      return failure;
    }
    boolean spoke = attempt == winner;
    if (spoke && now < attemptEnd(attempt)) {
      return new ProviderException(
          ErrorKind.STALLED, "silent for " + policies.stallNanos() / 1_000_000 + " ms");
    }
    return new ProviderException(
        ErrorKind.TIMEOUT, spoke ? "not finished in time" : "no first token in time");
  }

  /** When an attempt has had its time, in which its reader's own is not counted. */
  private long attemptEnd(LiveAttempt attempt) {
    return attempt.startedAt + policies.attemptNanos() + readersNanos;
  }

  private void broken(LiveAttempt attempt, ProviderException cause) {
    winner = null;
    opening.failed(attempt, cause);
    if (answer.isEmpty()) {
      return; // nothing was said that would have to be taken back
    }
    Fallback.MidStream way = engine.policies.fallback().midStream();
    if (way == Fallback.MidStream.FAIL && callerStreams) {
      throw end(cause.kind());
    }
    brokenBy = cause.kind();
    attemptRequest =
        way == Fallback.MidStream.CONTINUE
            ? answer.continuationOf(Objects.requireNonNull(request))
            : request;
  }

  /** Has the scribe say what to send; returns the answer if it knows that already. */
  private @Nullable ChatResponse ask() {
    ChatRequest asked = scribe.ask(id, deadline());
    if (asked == null) {
      return scribe.answer();
    }
    request = asked;
    attemptRequest = asked;
    policies = engine.policies.within(asked);
    if (!scribe.saidBefore().isEmpty()) {
      answer.begin(scribe.saidBefore());
      attemptRequest = answer.continuationOf(asked);
      brokenBy = scribe.brokenBy();
    }
    return null;
  }

  /** Ends the call because it could not be written down, unless it is over for another reason. */
  private LlmException unwritten(JournalException cause) {
    throwIfOver(engine.time.nanos());
    return end(ErrorKind.JOURNAL_FAILED, String.valueOf(cause.getMessage()), cause);
  }

  private ChatEvent seam(LiveAttempt next, ErrorKind after) {
    brokenBy = null;
    String target = next.target.name();
    boolean goesOn = attemptRequest != request;
    if (!goesOn) {
      answer.restart();
    }
    ChatEvent seam =
        goesOn
            ? new ChatEvent.Continued(target, after, answer.continueHere())
            : new ChatEvent.Restarted(target, after);
    scribe.said(seam);
    return seam;
  }

  private ChatResponse finish(LiveAttempt attempt, Completion completion) {
    long now = engine.time.nanos();
    winner = null;
    Attempt won = opening.accounts.succeeded(attempt, completion, now);
    ChatResponse response =
        answer.finish(completion).answeredBy(won.target(), opening.accounts.attempts()).build();
    ChatResponse kept = scribe.answered(response);
    over();
    engine.events.answered(id, request, kept, now - startedAt);
    return kept;
  }
}
