package io.github.resilientllm.internal.call;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.internal.time.Watch;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One call from its first attempt to its one end, pulled event by event by one thread.
 *
 * <p>It alternates between two phases. {@link Opening} races candidates until one speaks; {@link
 * Reading} reads that attempt's pieces on the caller's own thread. When the attempt breaks off, the
 * call goes back to the first phase or ends, as the policy says.
 *
 * <p>Only who {@linkplain Hold holds} the call ends it, so that it ends once.
 */
final class Call implements Exchange {
  private final Engine engine;
  private final Scribe scribe;
  private final Frame frame;
  private final Hold hold;
  private final CallReport report = new CallReport();
  private final Accounts accounts;
  private final Answer answer = new Answer();

  /** Ends a stream that nobody reads on. */
  private final Watch deadline = new Watch(Time.NEVER, this::endElsewhere);

  private @Nullable ChatRequest request; // until the scribe has said it
  private @Nullable ChatRequest attemptRequest;
  private volatile @Nullable Opening opening;
  private @Nullable Reading reading;
  private @Nullable ErrorKind brokenBy;
  private @Nullable Continuation continuation;
  private final Deque<ChatEvent.Delta> pending = new ArrayDeque<>(2); // held back, and decided
  private boolean complete; // though pieces are pending
  private @Nullable LlmException failure;

  /** A call that nobody writes down. */
  Call(Engine engine, ChatRequest request, Route route, boolean callerStreams) {
    this(engine, Scribe.NONE, route, callerStreams);
    this.request = request;
    this.attemptRequest = request;
  }

  /** A call that asks what its scribe says. */
  Call(Engine engine, Scribe scribe, Route route, boolean callerStreams) {
    this.engine = engine;
    this.scribe = scribe == Scribe.NONE ? scribe : new GuardedScribe(scribe);
    this.frame = new Frame(engine, route, callerStreams);
    this.hold = new Hold(engine.time);
    this.accounts = new Accounts(engine.events, frame, report);
  }

  @Override
  public void begin() {
    frame.begin(engine.events.callStarted(frame.callerStreams(), scribe.conversation(), request));
    if (request != null) {
      frame.within(request);
    }
    if (frame.callerStreams()) {
      deadline.disarm(frame.deadline());
      engine.time.watch(deadline);
    }
  }

  @Override
  public long deadline() {
    return frame.deadline();
  }

  @Override
  public ChatEvent next() {
    hold();
    if (reading != null) {
      reading.callerCame();
    }
    try {
      return advance();
    } catch (RuntimeException | Error e) {
      throw ended(e);
    } finally {
      if (reading != null) {
        reading.callerLeft();
      }
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
        if (frame.isCancelled()) {
          throw new CallOver(ErrorKind.CANCELLED);
        }
      }
    } catch (RuntimeException | Error e) {
      throw ended(e);
    } finally {
      release();
    }
  }

  @Override
  public void cancel() {
    if (hold.isOver()) {
      return;
    }
    frame.cancel();
    scribe.cancel();
    Opening open = opening;
    if (open != null) {
      open.interrupt();
    }
    endIfIdle();
  }

  @Override
  public LlmException rejected(Throwable cause) {
    return end(ErrorKind.LIMIT_EXCEEDED, "the executor has no thread for a call", cause);
  }

  /** Ends the call as what was thrown within it says; what the caller is to be thrown. */
  private RuntimeException ended(Throwable thrown) {
    if (thrown instanceof CallOver over) {
      return end(over.kind());
    }
    if (thrown instanceof JournalException cause) {
      return unwritten(cause);
    }
    LlmException unused =
        end(ErrorKind.CANCELLED, "ended by " + thrown.getClass().getName(), thrown);
    if (thrown instanceof Error error) {
      throw error; // out of memory is not the call's to tell
    }
    return (RuntimeException) thrown; // a caller's mistake, told before anything was sent
  }

  /** Ends the call because it could not be written down, unless it is over for another reason. */
  private LlmException unwritten(JournalException cause) {
    try {
      frame.check(engine.time.nanos());
    } catch (CallOver over) {
      return end(over.kind());
    }
    ErrorKind kind =
        cause.reason() == JournalException.Reason.BUSY
            ? ErrorKind.CONVERSATION_BUSY
            : ErrorKind.JOURNAL_FAILED;
    return end(kind, String.valueOf(cause.getMessage()), cause);
  }

  private LlmException end(ErrorKind kind, String message, Throwable cause) {
    report.add(ProviderException.builder(kind, message).cause(cause).build());
    return end(kind);
  }

  /** Ends the call with an error; the caller throws it. */
  private LlmException end(ErrorKind kind) {
    long now = engine.time.nanos();
    LlmException ended;
    try {
      abandon("the call ended: " + kind, now);
    } finally { // whatever happens, who waits for its end must not wait for ever
      ended = report.failure(kind, answer.text(), now - frame.startedAt());
      failure = ended;
      over();
    }
    scribe.failed(ended);
    engine.events.failed(frame.id(), request, ended, now - frame.startedAt());
    return ended;
  }

  private void abandon(String why, long now) {
    Reading open = reading;
    reading = null;
    if (open != null) {
      accounts.lost(open.attempt(), why, now);
    }
    Opening begun = opening;
    if (begun != null) {
      begun.end(why, now);
    }
  }

  private void over() {
    engine.time.unwatch(deadline);
    hold.over();
  }

  private void hold() {
    if (!hold.takeToRead()) {
      throw whyNotIdle();
    }
    if (!frame.hasBegun()) {
      begin();
    }
  }

  /**
   * Makes the call idle until it is read again, unless {@link #end} or {@link #finish} ended it.
   */
  private void release() {
    if (!hold.giveBack()) {
      return;
    }
    // What came between the last look and this may have found the call held and left it to us.
    if (frame.isCancelled() || engine.time.nanos() >= frame.deadline()) {
      endIfIdle();
    }
  }

  /** On the thread that looks after clocks, which runs nothing that may block. */
  private void endElsewhere() {
    engine.time.elsewhere(this::endIfIdle);
  }

  private void endIfIdle() {
    if (!hold.takeToEnd()) {
      return; // a reader is at it and will see, or it has ended
    }
    if (!frame.hasBegun()) {
      LlmException unread = new LlmException(ErrorKind.CANCELLED, "closed before it was read");
      failure = unread;
      over();
      scribe.failed(unread);
      return;
    }
    // The caller gets it when he reads on, if he does.
    LlmException unused =
        end(frame.isCancelled() ? ErrorKind.CANCELLED : ErrorKind.DEADLINE_EXCEEDED);
  }

  private RuntimeException whyNotIdle() {
    hold.awaitEnd();
    return failure != null
        ? failure
        : new IllegalStateException("A stream is read by one thread, and not past its end");
  }

  private ChatEvent advance() {
    if (request == null) {
      ChatResponse known = ask();
      if (known != null) {
        over();
        engine.events.answered(frame.id(), request, known, engine.time.nanos() - frame.startedAt());
        return new ChatEvent.Finished(known);
      }
    }
    if (opening == null) {
      opening = new Opening(engine, frame, scribe, accounts);
    }
    while (true) {
      if (reading == null) {
        open();
        if (brokenBy != null && continuation == null) {
          return seam(false);
        }
      }
      ChatEvent event = read(Objects.requireNonNull(reading));
      if (event != null) {
        return event;
      }
    }
  }

  private void open() {
    ChatRequest asked = Objects.requireNonNull(attemptRequest);
    LiveAttempt winner = Objects.requireNonNull(opening).run(asked);
    reading = new Reading(engine.time, frame, winner);
    continuation = asked == request ? null : new Continuation(answer.text());
  }

  /** The next event of the open attempt; null if there is none yet, or it broke off. */
  private @Nullable ChatEvent read(Reading open) {
    try {
      ChatEvent.Delta held = pending.poll();
      if (held != null) {
        return say(held);
      }
      ChatEvent.Delta piece = complete ? null : open.next();
      if (continuation != null) {
        return goOn(continuation, piece);
      }
      return piece == null ? new ChatEvent.Finished(finish(open.attempt())) : say(piece);
    } catch (ProviderException e) {
      broken(open.attempt(), e);
      return null;
    }
  }

  private ChatEvent say(ChatEvent.Delta piece) throws ProviderException {
    answer.add(piece);
    if (piece instanceof ChatEvent.NativeDelta told) {
      told.meaning().forEach(scribe::said);
    } else {
      scribe.said(piece);
    }
    return piece;
  }

  /** Holds pieces back until they show whether the answer goes on or starts over. */
  private @Nullable ChatEvent goOn(Continuation undecided, ChatEvent.@Nullable Delta piece) {
    if (piece == null) {
      undecided.ended();
      complete = true;
    } else {
      undecided.add(piece);
    }
    if (!undecided.isDecided()) {
      return null;
    }
    continuation = null;
    pending.addAll(undecided.held());
    return seam(!undecided.startsOver());
  }

  private void broken(LiveAttempt attempt, ProviderException cause) {
    reading = null;
    continuation = null;
    complete = false;
    pending.clear();
    Objects.requireNonNull(opening).failed(attempt, cause);
    if (answer.isEmpty()) {
      return; // nothing was said that would have to be taken back
    }
    Fallback.MidStream way = engine.policies.fallback().midStream();
    if (way == Fallback.MidStream.FAIL && frame.callerStreams()) {
      throw new CallOver(cause.kind());
    }
    brokenBy = cause.kind();
    attemptRequest =
        way == Fallback.MidStream.CONTINUE
            ? answer.continuationOf(Objects.requireNonNull(request))
            : request;
  }

  /** Has the scribe say what to send; returns the answer if it knows that already. */
  private @Nullable ChatResponse ask() {
    ChatRequest asked = scribe.ask(frame.id(), frame.deadline());
    frame.pass(scribe.toolNanos());
    if (asked == null) {
      return scribe.answer();
    }
    request = asked;
    attemptRequest = asked;
    frame.within(asked);
    if (frame.callerStreams()) {
      deadline.disarm(frame.deadline());
    }
    if (!scribe.saidBefore().isEmpty()) {
      answer.begin(scribe.saidBefore());
      attemptRequest = answer.continuationOf(asked);
      brokenBy = scribe.brokenBy();
    }
    return null;
  }

  /** Between what was shown and what comes now. */
  private ChatEvent seam(boolean goesOn) {
    ErrorKind after = Objects.requireNonNull(brokenBy);
    brokenBy = null;
    String target = Objects.requireNonNull(reading).attempt().target().name();
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

  private ChatResponse finish(LiveAttempt attempt) throws ProviderException {
    Completion completion = attempt.completion();
    report.refusal(completion.refusal().orElse(null));
    if (completion.refusal().isPresent()
        || completion.finishReason() == FinishReason.CONTENT_FILTER) {
      throw ProviderException.builder(ErrorKind.CONTENT_FILTERED, "refused or filtered")
          .answered(completion.httpStatus(), completion.requestId().orElse(null))
          .build();
    }
    reading = null;
    long now = engine.time.nanos();
    Attempt won = accounts.succeeded(attempt, completion, now);
    Objects.requireNonNull(opening).end("the call ended", now);
    ChatResponse response =
        answer.finish(completion).answeredBy(won.target(), report.attempts()).build();
    ChatResponse kept = scribe.answered(response);
    over();
    engine.events.answered(frame.id(), request, kept, engine.time.nanos() - frame.startedAt());
    return kept;
  }
}
