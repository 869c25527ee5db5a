package io.github.resilientllm.internal.call;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.internal.target.EngineTarget;
import io.github.resilientllm.internal.target.Permit;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.internal.time.Watch;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.PreparedRequest;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One attempt on the wire.
 *
 * <p>{@link #open} runs it to its first content on whatever thread claims it; its clock begins
 * there and not before, for the time that it waits for a thread is not the vendor's. Whoever is
 * handed the opened attempt reads the rest. {@link #close} ends it from any thread at any time.
 */
final class LiveAttempt {
  private final Time time;
  private final Fit fit;
  private final EngineTarget target;
  private final int index;
  private final Attempt.Kind kind;
  private final Permit permit;
  private final @Nullable ErrorKind paidAfter;
  private final CallOptions options;
  private final long openingNanos;
  private final long deadline;
  private final Watch watch = new Watch(Time.NEVER, this::close);
  private final AtomicBoolean claimed = new AtomicBoolean();
  private @Nullable LiveAttempt before; // at the same target, until this one begins
  private volatile @Nullable PreparedRequest prepared;
  private volatile @Nullable ProviderCall wire;
  private volatile boolean closed;
  private volatile boolean ended;
  private volatile long startedAt;

  // Written by open(), handed over with the attempt.
  private ChatEvent.@Nullable Delta first;
  private boolean firstTaken;
  private boolean sent;
  private @Nullable ProviderException failure;
  private long firstTokenNanos = -1;
  private Usage usage = Usage.unknown();

  /**
   * An attempt that has not begun.
   *
   * @param before an earlier attempt of the call at the same target, whose request may be sent
   *     again as it is; null for none
   * @param paidAfter the failure after which it was paid for; null if it was free
   * @param openingNanos how long it may take to speak
   * @param deadline the instant at which the call is over
   */
  LiveAttempt(
      Time time,
      Fit fit,
      @Nullable LiveAttempt before,
      EngineTarget target,
      int index,
      Attempt.Kind kind,
      Permit permit,
      @Nullable ErrorKind paidAfter,
      CallOptions options,
      long openingNanos,
      long deadline) {
    this.time = time;
    this.fit = fit;
    this.before = before;
    this.target = target;
    this.index = index;
    this.kind = kind;
    this.permit = permit;
    this.paidAfter = paidAfter;
    this.options = options;
    this.openingNanos = openingNanos;
    this.deadline = deadline;
    this.startedAt = time.nanos();
  }

  /** Takes the right to open it; false if another thread has. */
  boolean claim() {
    return claimed.compareAndSet(false, true);
  }

  /** Whether a thread has begun to open it. */
  boolean isClaimed() {
    return claimed.get();
  }

  /** Sends the request and blocks until the first content, the end, a failure or its clock. */
  void open() {
    startedAt = time.nanos();
    watch.arm(openingEnd());
    time.watch(watch);
    if (ended) { // whoever ended it may have looked for the watch before it was there
      time.unwatch(watch);
    }
    try {
      if (closed) { // while it waited for its thread
        throw new ProviderException(ErrorKind.CANCELLED, "closed before it began");
      }
      ProviderCall opened = prepared().newCall(options);
      wire = opened;
      sent = true;
      if (closed) {
        opened.close();
      }
      first = opened.next();
      if (options.streaming() && first != null) {
        firstTokenNanos = time.nanos() - startedAt;
      }
    } catch (ProviderException e) {
      failure = e;
    } catch (Throwable e) { // Kotlin, for one, throws what Java would have it declare
      failure = faultOf(e);
    }
    if (!watch.disarm(deadline) && failure == null) {
      failure = new ProviderException(ErrorKind.TIMEOUT, "closed as it began to speak");
    }
  }

  /** What an attempt before has prepared, if it sends the same. */
  private PreparedRequest prepared() throws ProviderException {
    LiveAttempt earlier = before;
    before = null;
    PreparedRequest ready = null;
    if (earlier != null && earlier.fit.request() == fit.request()) {
      ready = earlier.prepared;
    }
    if (ready == null) {
      ready = target.provider().prepare(fit.request());
    }
    prepared = ready;
    return ready;
  }

  /** How the request was fitted to the target. */
  Fit fit() {
    return fit;
  }

  EngineTarget target() {
    return target;
  }

  /** The target's place in its call. */
  int index() {
    return index;
  }

  Attempt.Kind kind() {
    return kind;
  }

  Permit permit() {
    return permit;
  }

  /** The failure after which it was paid for; null if it was free. */
  @Nullable ErrorKind paidAfter() {
    return paidAfter;
  }

  /** When it began; when it was made, as long as it has not. */
  long startedAt() {
    return startedAt;
  }

  /** When it has had its time to speak. */
  long openingEnd() {
    return Math.min(deadline, startedAt + openingNanos);
  }

  /** Whether the vendor is asked to send the answer as it is written. */
  boolean isStreaming() {
    return options.streaming();
  }

  /** Whether the provider got so far as to be asked for the answer. */
  boolean wasSent() {
    return sent;
  }

  /** Why opening failed; null if it did not. */
  @Nullable ProviderException failure() {
    return failure;
  }

  /** The time from the start to the first content; negative if that was not measured. */
  long firstTokenNanos() {
    return firstTokenNanos;
  }

  /** Whether one of our clocks, or an interrupt, has closed it. */
  boolean isExpired() {
    return watch.isExpired();
  }

  /** Whether the first piece is still to be read, so that reading does not block. */
  boolean isFirstReady() {
    return !firstTaken;
  }

  /** The next piece; null when the answer is complete. Blocks after the first one. */
  ChatEvent.@Nullable Delta next(long until) throws ProviderException {
    if (!firstTaken) {
      firstTaken = true;
      ChatEvent.Delta piece = first;
      first = null;
      return piece;
    }
    watch.arm(until);
    ChatEvent.Delta piece;
    try {
      piece = wire().next();
    } catch (ProviderException e) {
      throw e;
    } catch (Throwable e) { // likewise
      throw faultOf(e);
    } finally {
      watch.disarm(deadline);
    }
    if (watch.isExpired() && piece != null) { // a complete answer is one, however late
      throw new ProviderException(ErrorKind.STALLED, "closed while it spoke");
    }
    return piece;
  }

  Completion completion() throws ProviderException {
    try {
      Completion completion = wire().completion();
      usage = completion.usage();
      return completion;
    } catch (Throwable e) { // likewise
      throw faultOf(e);
    }
  }

  /** What it has cost, as far as the vendor has told: also of an answer that is of no use. */
  Usage usage() {
    return usage;
  }

  /** Ends the attempt on the wire. Any thread, any number of times. */
  void close() {
    closed = true;
    ProviderCall open = wire;
    if (open == null) {
      return;
    }
    try {
      open.close();
    } catch (Throwable e) { // it must not; whoever closes has more to give back
      Quietly.run(
          () ->
              LoggerFactory.getLogger(LiveAttempt.class)
                  .warn("Closing an attempt at {} failed", target.name(), e));
    }
  }

  /** Closes it for good: it begins no more, and no clock looks after it. */
  void end() {
    retire();
    close();
  }

  /**
   * Ends it for good as one that is not wanted any more: nobody waits until it is closed, whatever
   * its provider does then. Its permit goes back when it is, and not before: it holds a place.
   */
  void leave(long now) {
    retire();
    closeElsewhere(() -> permit.release(now));
  }

  /** Has another thread close it on the wire. */
  void closeElsewhere() {
    closeElsewhere(() -> {});
  }

  private void closeElsewhere(Runnable then) {
    closed = true; // for whoever is about to open it
    if (wire == null) {
      then.run();
      return;
    }
    time.close(
        () -> {
          close();
          then.run();
        });
  }

  private void retire() {
    ended = true;
    claimed.set(true);
    time.unwatch(watch);
  }

  private ProviderCall wire() {
    return Objects.requireNonNull(wire, "not opened");
  }

  /** A provider must not throw these; a bug in one must not take the call's other targets away. */
  private static ProviderException faultOf(Throwable bug) {
    return ProviderException.builder(
            ErrorKind.MALFORMED_RESPONSE, "the provider threw " + bug.getClass().getName())
        .retryHint(bug instanceof Error ? false : null)
        .cause(bug)
        .build();
  }
}
