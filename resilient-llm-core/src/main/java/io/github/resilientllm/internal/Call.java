package io.github.resilientllm.internal;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One call from its first attempt to its one end, pulled event by event by one thread.
 *
 * <p>It alternates between two phases. {@link Opening} races candidates until one speaks; then this
 * class reads that attempt's pieces on the caller's own thread. When the attempt breaks off, the
 * call goes back to the first phase or ends, as the policy says.
 *
 * <p>Ownership: whoever moves {@link #turn} from IDLE holds the call; a reader for the length of
 * one {@link #next}, a canceller for good. Only the holder ends the call, so that it ends once.
 */
final class Call {
  private static final int IDLE = 0;
  private static final int BUSY = 1;
  private static final int ENDING = 2;
  private static final int ENDED = 3;
  private static final VarHandle TURN;

  /**
   * Newest models refuse to be given the beginning of their answer; a request in words they obey.
   */
  private static final String CONTINUE =
      "Your answer above was cut off. Go on exactly where it stopped. Repeat nothing and do not"
          + " comment on the interruption.";

  static {
    try {
      TURN = MethodHandles.lookup().findVarHandle(Call.class, "turn", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Engine engine;
  private final ChatRequest request;
  private final boolean callerStreams;
  private final boolean streaming;
  private final Opening opening;
  private final Answer answer = new Answer();
  private final CallReport report = new CallReport();
  private final Accounts accounts;

  private long id;
  private long startedAt = -1;
  private long deadline;
  private ChatRequest attemptRequest;
  private @Nullable LiveAttempt winner;
  private long readersNanos; // that the winner's pieces waited for the caller to come back
  private long returnedAt;
  private @Nullable ErrorKind brokenBy;
  private @Nullable LlmException failure;

  private volatile int turn;

  private volatile boolean cancelled;

  Call(Engine engine, ChatRequest request, boolean callerStreams) {
    this.engine = engine;
    this.request = request;
    this.attemptRequest = request;
    this.callerStreams = callerStreams;
    // A hedge is decided by the time to the first token, which only a stream has.
    this.streaming = callerStreams || engine.policies.hedge().enabled();
    this.accounts = new Accounts(engine, this, report);
    this.opening = new Opening(engine, this, accounts);
  }

  /** Starts the clocks; the first {@link #next} does it otherwise. */
  void begin() {
    startedAt = engine.time.nanos();
    deadline = startedAt + engine.policies.deadlineNanos();
    id = engine.events.callStarted(callerStreams);
  }

  /**
   * Blocks for the next event, the last one being {@code Finished}.
   *
   * @throws LlmException when the call fails, and again each time after that
   */
  ChatEvent next() {
    hold();
    if (winner != null) {
      readersNanos += engine.time.nanos() - returnedAt;
    }
    try {
      return advance();
    } finally {
      returnedAt = engine.time.nanos();
      release();
    }
  }

  /**
   * Blocks for the whole answer.
   *
   * @throws LlmException when the call fails
   */
  ChatResponse whole() {
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
    } finally {
      release();
    }
  }

  /** Ends the call on the wire unless it has ended. Any thread, any time. */
  void cancel() {
    if (turn == ENDED) {
      return;
    }
    cancelled = true;
    opening.interrupt();
    endIfIdle();
  }

  /** The attempt's clock ran out, on the watchdog's thread. */
  void expired(LiveAttempt attempt) {
    attempt.close();
    if (engine.time.nanos() >= deadline) {
      endIfIdle(); // nobody is reading, and nobody may ever
    }
  }

  /** An attempt in a race has come to its first content or its failure, on its own thread. */
  void opened(LiveAttempt attempt) {
    opening.opened(attempt);
  }

  Time time() {
    return engine.time;
  }

  long id() {
    return id;
  }

  long startedAt() {
    return startedAt;
  }

  long deadline() {
    return deadline;
  }

  boolean isStreaming() {
    return streaming;
  }

  boolean isCancelled() {
    return cancelled;
  }

  /** What the next attempt is to send: the request, or the request to continue. */
  ChatRequest attemptRequest() {
    return attemptRequest;
  }

  /** Ends the call if it is over for a reason of its own: cancelled, interrupted, out of time. */
  void throwIfOver(long now) {
    if (cancelled || Thread.currentThread().isInterrupted()) {
      throw end(ErrorKind.CANCELLED);
    }
    if (now >= deadline) {
      throw end(ErrorKind.DEADLINE_EXCEEDED);
    }
  }

  /** Ends the call before it began: the executor would not take it. */
  LlmException rejected(RejectedExecutionException cause) {
    report.add(
        ProviderException.builder(ErrorKind.LIMIT_EXCEEDED, "the executor has no thread for a call")
            .cause(cause)
            .build());
    return end(ErrorKind.LIMIT_EXCEEDED);
  }

  /** Ends the call with an error; the caller throws it. */
  LlmException end(ErrorKind kind) {
    long now = engine.time.nanos();
    LiveAttempt open = winner;
    winner = null;
    if (open != null) {
      accounts.lost(open, kind, now);
    }
    opening.abandon(kind, now);
    LlmException ended = report.failure(kind, answer.text(), now - startedAt);
    failure = ended;
    turn = ENDED;
    engine.events.failed(id, ended, now - startedAt);
    return ended;
  }

  private void hold() {
    if (!TURN.compareAndSet(this, IDLE, BUSY)) {
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
    if (turn != BUSY) { // nobody but the holder moves it from there
      return;
    }
    LiveAttempt open = winner;
    turn = IDLE;
    // What came between the last look and this may have found the call held and left it to us.
    if (cancelled || (open != null && open.isExpired() && engine.time.nanos() >= deadline)) {
      endIfIdle();
    }
  }

  private void endIfIdle() {
    if (!TURN.compareAndSet(this, IDLE, ENDING)) {
      return; // a reader is at it and will see, or it has ended
    }
    if (startedAt < 0) {
      failure = new LlmException(ErrorKind.CANCELLED, "closed before it was read");
      turn = ENDED;
      return;
    }
    boolean outOfTime = engine.time.nanos() >= deadline;
    // The caller gets it when he reads on, if he does.
    LlmException unused =
        end(outOfTime && !cancelled ? ErrorKind.DEADLINE_EXCEEDED : ErrorKind.CANCELLED);
  }

  private RuntimeException whyNotIdle() {
    while (turn == ENDING) {
      Thread.onSpinWait(); // for as long as it takes to close a socket
    }
    return failure != null
        ? failure
        : new IllegalStateException("A stream is read by one thread, and not past its end");
  }

  private ChatEvent advance() {
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
        return delta;
      }
      Completion completion = attempt.completion();
      if (completion.refusal() != null) {
        report.refusal(completion.refusal());
      }
      if (completion.refusal() != null
          || completion.finishReason() == FinishReason.CONTENT_FILTER) {
        throw ProviderException.builder(ErrorKind.CONTENT_FILTERED, "refused or filtered")
            .answered(completion.httpStatus(), completion.requestId())
            .build();
      }
      return new ChatEvent.Finished(finish(attempt, completion));
    } catch (ProviderException e) {
      broken(attempt, e);
      return null;
    }
  }

  private ChatEvent.@Nullable Delta blockForNext(LiveAttempt attempt) throws ProviderException {
    long until = Math.min(deadline, attemptEnd(attempt));
    if (streaming) {
      until = Math.min(until, engine.time.nanos() + engine.policies.stallNanos());
    }
    attempt.arm(until);
    ChatEvent.Delta delta;
    try {
      delta = attempt.next();
    } catch (ProviderException e) {
      attempt.disarm(deadline);
      throw causeOf(attempt, e);
    }
    if (!attempt.disarm(deadline) && delta != null) { // a complete answer is one, however late
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
          ErrorKind.STALLED, "silent for " + engine.policies.timeouts().stall().toMillis() + " ms");
    }
    return new ProviderException(
        ErrorKind.TIMEOUT, spoke ? "not finished in time" : "no first token in time");
  }

  /** When an attempt has had its time, in which its reader's own is not counted. */
  private long attemptEnd(LiveAttempt attempt) {
    return attempt.startedAt + engine.policies.attemptNanos() + readersNanos;
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
    boolean continues =
        way == Fallback.MidStream.CONTINUE
            && answer.canBeContinued()
            && request.responseFormat() == ResponseFormat.text();
    attemptRequest =
        continues
            ? request.toBuilder().message(Message.assistant(answer.text())).user(CONTINUE).build()
            : request;
  }

  private ChatEvent seam(LiveAttempt next, ErrorKind after) {
    brokenBy = null;
    String target = next.target.name();
    if (attemptRequest != request) {
      return new ChatEvent.Continued(target, after, answer.continueHere());
    }
    answer.restart();
    return new ChatEvent.Restarted(target, after);
  }

  private ChatResponse finish(LiveAttempt attempt, Completion completion) {
    long now = engine.time.nanos();
    winner = null;
    Attempt won = accounts.succeeded(attempt, completion, now);
    ChatResponse response =
        answer.finish(completion).answeredBy(won.target(), report.attempts()).build();
    turn = ENDED;
    engine.events.answered(id, response, now - startedAt);
    return response;
  }
}
