package io.github.resilientllm.internal;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.CallListener;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.internal.guard.TokenBucket;
import io.github.resilientllm.internal.time.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.DoubleSupplier;

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
  final Executor executor;
  final Events events;

  /** Shared by all targets: an attempt at one saves up for a hedge that may go to another. */
  final TokenBucket hedges = new TokenBucket(HEDGE_CAPACITY, 1);

  private List<EngineTarget> targets = List.of();
  private List<EngineGroup> groups = List.of();

  /**
   * An engine without targets.
   *
   * @param random uniform in [0, 1)
   * @param executor runs async calls, and the attempts of calls that may be hedged
   */
  public Engine(
      Policies policies,
      Time time,
      DoubleSupplier random,
      Executor executor,
      List<CallListener> listeners) {
    this.policies = policies;
    this.time = time;
    this.random = random;
    this.executor = executor;
    this.events = new Events(listeners);
  }

  /** Sets the targets, once, before the first call; their guards report to this engine's events. */
  public void targets(List<EngineTarget> all) {
    targets(all, List.of());
  }

  /** The same, some of the targets being groups. */
  public void targets(List<EngineTarget> all, List<EngineGroup> groups) {
    this.targets = List.copyOf(all);
    this.groups = List.copyOf(groups);
  }

  /**
   * A call's targets in the order in which it asks them: all of them, or the ones it is bound to.
   */
  List<EngineTarget> arranged(List<EngineTarget> ofCall, long now) {
    if (groups.isEmpty() || ofCall != targets) {
      return ofCall;
    }
    List<EngineTarget> arranged = new ArrayList<>(targets);
    for (EngineGroup group : groups) {
      group.arrange(arranged, now, random);
    }
    return arranged;
  }

  /** Passes a breaker's change on to the listeners and the log. */
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
    return targets;
  }

  /** Blocks for the whole answer. */
  public ChatResponse chat(ChatRequest request) {
    return whole(new Call(this, request, targets, false));
  }

  /** The same for a conversation's call. */
  public ChatResponse chat(Rounds rounds) {
    return whole(new RoundsExchange(this, rounds, false));
  }

  /** Blocks for the whole answer of one target, which keeps its guard. */
  public ChatResponse chat(ChatRequest request, EngineTarget only) {
    return whole(new Call(this, request, List.of(only), false));
  }

  /** Answers on the executor; cancelling the future ends the call on the wire. */
  public CompletableFuture<ChatResponse> chatAsync(ChatRequest request) {
    return async(new Call(this, request, targets, false));
  }

  /** The same for a conversation's call. */
  public CompletableFuture<ChatResponse> chatAsync(Rounds rounds) {
    return async(new RoundsExchange(this, rounds, false));
  }

  private CompletableFuture<ChatResponse> async(Exchange call) {
    call.begin();
    CompletableFuture<ChatResponse> future = new CompletableFuture<>();
    // However the future ends, by cancel, orTimeout or the answer, the call does as well.
    CompletableFuture<ChatResponse> unused =
        future.whenComplete((answer, failure) -> call.cancel());
    try {
      executor.execute(() -> complete(future, call));
    } catch (RejectedExecutionException e) {
      future.completeExceptionally(call.rejected(e));
    }
    return future;
  }

  /** A stream that begins when it is first read. */
  public ChatStream stream(ChatRequest request) {
    return new CallStream(new Call(this, request, targets, true));
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

  private static void complete(CompletableFuture<ChatResponse> future, Exchange call) {
    try {
      future.complete(whole(call));
    } catch (Throwable e) { // whatever it is, somebody waits for it
      future.completeExceptionally(e);
      if (e instanceof Error error) {
        throw error;
      }
    }
  }
}
