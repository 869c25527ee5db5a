package io.github.resilientllm.internal.call;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.internal.race.Ladder;
import io.github.resilientllm.internal.target.Clocks;
import io.github.resilientllm.internal.target.EngineTarget;
import java.time.Duration;
import java.util.List;

/**
 * What holds a call together from its beginning to its end: its number, its targets in the order in
 * which it asks them, its clocks and its bounds.
 *
 * <p>It is over for a reason of its own when its deadline has passed, when its caller has said so,
 * or when the thread that runs it is interrupted.
 */
final class Frame implements Ladder.Targets {
  private final Engine engine;
  private final boolean callerStreams;
  private final boolean streaming;
  private Route route;
  private List<EngineTarget> targets;
  private long id;
  private long startedAt = -1;
  private long nanos;
  private double share = 1;
  private volatile boolean cancelled;

  Frame(Engine engine, Route route, boolean callerStreams) {
    this.engine = engine;
    this.route = route;
    this.targets = route.targets();
    this.callerStreams = callerStreams;
    // A hedge is decided by the time to the first token, which only a stream has.
    this.streaming = callerStreams || engine.policies.hedge().enabled();
    this.nanos = engine.policies.deadlineNanos();
  }

  /** The clocks begin to run. */
  void begin(long number) {
    startedAt = engine.time.nanos();
    targets = route.arranged(startedAt, engine.random);
    id = number;
  }

  /** A time passes that does not count: tools ran before anything was asked. */
  void pass(long uncounted) {
    startedAt += uncounted;
  }

  boolean hasBegun() {
    return startedAt >= 0;
  }

  /** Takes the request's own, shorter time: all clocks in proportion. */
  void within(ChatRequest request) {
    long whole = engine.policies.deadlineNanos();
    Duration asked = request.timeout().orElse(null);
    // A longer one may be more than nanoseconds can hold.
    nanos =
        asked == null || asked.compareTo(Duration.ofNanos(whole)) >= 0 ? whole : asked.toNanos();
    share = (double) nanos / whole;
  }

  /** Throws if the call is over for a reason of its own. */
  void check(long now) {
    if (cancelled || Thread.currentThread().isInterrupted()) {
      throw new CallOver(ErrorKind.CANCELLED);
    }
    if (now >= deadline()) {
      throw new CallOver(ErrorKind.DEADLINE_EXCEEDED);
    }
  }

  void cancel() {
    cancelled = true;
  }

  boolean isCancelled() {
    return cancelled;
  }

  /** The call's number in events. */
  long id() {
    return id;
  }

  long startedAt() {
    return startedAt;
  }

  long deadline() {
    return startedAt + nanos;
  }

  /** Whether the request's own time, and not the client's, sets the clocks. */
  boolean isShortened() {
    return share < 1;
  }

  boolean callerStreams() {
    return callerStreams;
  }

  /** Whether vendors are asked to send the answer as it is written. */
  boolean isStreaming() {
    return streaming;
  }

  EngineTarget target(int index) {
    return targets.get(index);
  }

  List<EngineTarget> targets() {
    return targets;
  }

  Ladder ladder() {
    return route.ladder();
  }

  Clocks clocks(int index) {
    return targets.get(index).clocks().times(share);
  }

  /** How long an attempt may take to speak. */
  long openingNanos(int index, ChatRequest request, boolean othersLeft) {
    EngineTarget target = targets.get(index);
    Clocks clocks = clocks(index);
    boolean thinks = thinks(target, request);
    if (!streaming || !target.capabilities().streaming()) {
      return thinks ? Math.max(clocks.attempt(), clocks.thinking()) : clocks.attempt();
    }
    if (thinks) {
      return clocks.thinking();
    }
    long first = othersLeft ? clocks.firstToken() : clocks.firstTokenAlone();
    return Math.min(clocks.attempt(), first);
  }

  /** Whether an attempt may be silent because the model thinks. */
  static boolean thinks(EngineTarget target, ChatRequest request) {
    return target.capabilities().thinksInSilence()
        || request
            .reasoningEffort()
            .filter(effort -> effort.compareTo(ReasoningEffort.MINIMAL) > 0)
            .isPresent();
  }

  @Override
  public int contextWindow(int index) {
    return targets.get(index).capabilities().contextWindow();
  }

  @Override
  public boolean isForced(int index) {
    return !targets.get(index).standing().breakerPolicy().ejectsLastTarget();
  }
}
