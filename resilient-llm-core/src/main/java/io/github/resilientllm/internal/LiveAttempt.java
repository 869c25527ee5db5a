package io.github.resilientllm.internal;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.internal.guard.Admission;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.internal.time.Watch;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.PreparedRequest;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One attempt on the wire.
 *
 * <p>{@link #open} runs it to its first content, on the caller's thread or, in a race, on a thread
 * of its own; whoever is handed the opened attempt reads the rest. {@link #close} ends it from any
 * thread at any time.
 */
final class LiveAttempt extends Watch implements Runnable {
  private static final long serialVersionUID = 1L;

  final transient EngineTarget target;
  final int index;
  final Attempt.Kind kind;
  final transient Admission admission;
  final boolean forced;
  final @Nullable ErrorKind retriedAfter;
  final long startedAt;

  private final transient Call call;
  // What is left of its Fit, which as an object of its own would be one more of each call.
  private final transient ChatRequest asked;
  private final transient ChatRequest request;
  private final transient List<String> leftOut;
  private final boolean streaming;
  private transient @Nullable LiveAttempt before; // at the same target, until this one begins
  private transient volatile @Nullable PreparedRequest prepared;
  private transient volatile @Nullable ProviderCall wire;
  private volatile boolean closed;

  // Written by open(), handed over with the attempt.
  private transient ChatEvent.@Nullable Delta first;
  private boolean firstTaken;
  private transient @Nullable ProviderException failure;
  private long firstTokenNanos = -1;
  private transient Usage usage = Usage.unknown();

  LiveAttempt(
      Call call,
      Fit fit,
      @Nullable LiveAttempt before,
      boolean streaming,
      EngineTarget target,
      int index,
      Attempt.Kind kind,
      Admission admission,
      boolean forced,
      @Nullable ErrorKind retriedAfter,
      long startedAt) {
    super(Time.NEVER);
    this.call = call;
    this.asked = fit.asked();
    this.request = fit.request();
    this.leftOut = fit.leftOut();
    this.before = before;
    this.streaming = streaming;
    this.target = target;
    this.index = index;
    this.kind = kind;
    this.admission = admission;
    this.forced = forced;
    this.retriedAfter = retriedAfter;
    this.startedAt = startedAt;
  }

  /** Opens the attempt and tells its call. */
  @Override
  public void run() {
    open(call.engine.time);
    call.opened(this);
  }

  /** Sends the request and blocks until the first content, the end, or a failure. */
  void open(Time time) {
    try {
      if (closed) { // while it waited for its thread
        throw new ProviderException(ErrorKind.CANCELLED, "closed before it began");
      }
      ProviderCall opened = prepared().newCall(CallOptions.of(streaming));
      wire = opened;
      if (closed) {
        opened.close();
      }
      first = opened.next();
      if (streaming && first != null) {
        firstTokenNanos = time.nanos() - startedAt;
      }
    } catch (ProviderException e) {
      failure = e;
    } catch (RuntimeException | Error e) {
      failure = faultOf(e);
    }
  }

  /** What an attempt before has prepared, if it sends the same. */
  private PreparedRequest prepared() throws ProviderException {
    LiveAttempt earlier = before;
    before = null;
    PreparedRequest same = earlier != null && earlier.request == request ? earlier.prepared : null;
    PreparedRequest ready = same == null ? target.provider().prepare(request) : same;
    prepared = ready;
    return ready;
  }

  /** How the request was fitted to the target. */
  Fit fit() {
    return new Fit(asked, request, leftOut, null);
  }

  /** What of the call's request is not sent. */
  List<String> leftOut() {
    return leftOut;
  }

  /** Whether the vendor is asked to send the answer as it is written. */
  boolean isStreaming() {
    return streaming;
  }

  /** Why opening failed; null if it did not. */
  @Nullable ProviderException failure() {
    return failure;
  }

  /** The time from the start to the first content; negative if the vendor does not stream. */
  long firstTokenNanos() {
    return firstTokenNanos;
  }

  /** Whether the first piece is still to be read, so that reading does not block. */
  boolean isFirstReady() {
    return !firstTaken;
  }

  /** The next piece; null when the answer is complete. Blocks after the first one. */
  ChatEvent.@Nullable Delta next() throws ProviderException {
    if (!firstTaken) {
      firstTaken = true;
      ChatEvent.Delta piece = first;
      first = null;
      return piece;
    }
    try {
      return wire().next();
    } catch (RuntimeException | Error e) {
      throw faultOf(e);
    }
  }

  Completion completion() throws ProviderException {
    try {
      Completion completion = wire().completion();
      usage = completion.usage();
      return completion;
    } catch (RuntimeException | Error e) {
      throw faultOf(e);
    }
  }

  /** What it has cost, as far as the vendor has told: also of an answer that is of no use. */
  Usage usage() {
    return usage;
  }

  /** Ends the attempt on the wire. */
  void close() {
    closed = true;
    ProviderCall open = wire;
    if (open == null) {
      return;
    }
    try {
      open.close();
    } catch (RuntimeException | Error e) { // it must not; whoever closes has more to give back
      LoggerFactory.getLogger(LiveAttempt.class)
          .warn("Closing an attempt at {} failed", target.name(), e);
    }
  }

  @Override
  public void expired() {
    call.expired(this);
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
