package io.github.resilientllm.internal.call;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.CallListener;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.internal.target.EngineTarget;
import io.github.resilientllm.internal.target.TokenBucket;
import io.github.resilientllm.internal.time.Time;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** Runs calls: three faces, blocking, async and streaming, of one loop. */
public final class Engine {
  /**
   * Hedges saved up in quiet times. Late attempts come in clusters: with 5, one hedge in twelve is
   * denied although fewer are wanted than may be had, with 25 one in 130. Many more would be a
   * burst when a target slows down.
   */
  private static final double HEDGE_CAPACITY = 25;

  final Policies policies;
  final Time time;
  final DoubleSupplier random;
  final Executor executor; // runs the attempts of calls that may be hedged
  final Events events;

  /** Shared by all targets: an attempt at one saves up for a hedge that may go to another. */
  final TokenBucket hedges = new TokenBucket(HEDGE_CAPACITY, 1);

  private final Threads threads;
  private @Nullable Route route;

  /**
   * An engine without a route.
   *
   * @param random uniform in [0, 1)
   * @param policy what its events say of it; null for nothing
   */
  public Engine(
      Policies policies,
      Time time,
      DoubleSupplier random,
      Threads threads,
      List<CallListener> listeners,
      @Nullable String policy) {
    this.policies = policies;
    this.time = time;
    this.random = random;
    this.threads = threads;
    this.executor = threads.attempts();
    this.events = new Events(listeners, policy);
  }

  /** Sets the route, once, before the first call; its targets report to this engine's events. */
  public void route(Route all) {
    this.route = all;
  }

  /** The route of its calls. */
  public Route route() {
    return Objects.requireNonNull(route);
  }

  /** Passes a breaker's change on to the listeners. */
  public void breakerChanged(String target, BreakerState from, BreakerState to) {
    events.breakerChanged(target, from, to);
  }

  /** Tells that a conversation goes on without its journal. */
  public void journalFailed(long callId, String reason) {
    events.journalFailed(callId, reason);
  }

  /** What this engine takes for time. */
  public Time time() {
    return time;
  }

  /** How long a call may take. */
  public long deadlineNanos() {
    return policies.deadlineNanos();
  }

  /** The targets, in order. */
  public List<EngineTarget> targets() {
    return route().targets();
  }

  /** Blocks for the whole answer. */
  public ChatResponse chat(ChatRequest request) {
    return whole(new Call(this, request, route(), false));
  }

  /** The same for a conversation's call. */
  public ChatResponse chat(Rounds rounds) {
    return whole(new RoundsExchange(this, rounds, false));
  }

  /** Blocks for the whole answer of one target, which keeps its standing. */
  public ChatResponse chat(ChatRequest request, EngineTarget only) {
    return whole(new Call(this, request, route().only(only), false));
  }

  /** Answers on an executor; cancelling the future ends the call on the wire. */
  public CompletableFuture<ChatResponse> chatAsync(ChatRequest request) {
    return AsyncCall.start(new Call(this, request, route(), false), time, threads.calls());
  }

  /** The same for a conversation's call. */
  public CompletableFuture<ChatResponse> chatAsync(Rounds rounds) {
    return AsyncCall.start(new RoundsExchange(this, rounds, false), time, threads.calls());
  }

  /** A stream that begins when it is first read. */
  public ChatStream stream(ChatRequest request) {
    return new CallStream(new Call(this, request, route(), true));
  }

  /** The same for a conversation's call. */
  public ChatStream stream(Rounds rounds) {
    return new CallStream(new RoundsExchange(this, rounds, true));
  }

  static ChatResponse whole(Exchange call) {
    try {
      return call.whole();
    } catch (RuntimeException | Error e) {
      call.cancel(); // a call that failed has ended; this is for what only a bug of ours throws
      throw e;
    }
  }
}
