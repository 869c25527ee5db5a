package io.github.resilientllm.internal.call;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.LlmException;

/** One call after the other, read as if they were one: only the last one's end is the end. */
final class RoundsExchange implements Exchange {
  private final Engine engine;
  private final Rounds rounds;
  private final boolean callerStreams;
  private volatile Call call;
  private volatile boolean cancelled;

  RoundsExchange(Engine engine, Rounds rounds, boolean callerStreams) {
    this.engine = engine;
    this.rounds = rounds;
    this.callerStreams = callerStreams;
    this.call = new Call(engine, rounds.first(), engine.route(), callerStreams);
  }

  @Override
  public void begin() {
    call.begin();
  }

  @Override
  public long deadline() {
    return call.deadline();
  }

  @Override
  public ChatEvent next() {
    while (true) {
      ChatEvent event = call.next();
      if (!(event instanceof ChatEvent.Finished finished) || isLast(finished.response())) {
        return event;
      }
    }
  }

  @Override
  public ChatResponse whole() {
    while (true) {
      ChatResponse answer = call.whole();
      if (isLast(answer)) {
        return answer;
      }
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
    rounds.cancel();
    call.cancel();
  }

  @Override
  public LlmException rejected(Throwable cause) {
    return call.rejected(cause);
  }

  private boolean isLast(ChatResponse answer) {
    Scribe next = rounds.next(answer);
    if (next == null) {
      return true;
    }
    Call following = new Call(engine, next, engine.route(), callerStreams);
    call = following;
    if (cancelled) { // the canceller may have cancelled the one before
      following.cancel();
    }
    return false;
  }
}
