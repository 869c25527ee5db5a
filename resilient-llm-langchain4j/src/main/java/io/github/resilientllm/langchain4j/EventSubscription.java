package io.github.resilientllm.langchain4j;

import dev.langchain4j.model.chat.response.ChatModelStreamingEvent;
import dev.langchain4j.model.chat.response.CompleteResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.RawStreamingEvent;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.thread.AskedFrom;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One stream read for one subscriber, as fast as it asks for more: what it does not ask for is not
 * read, and no thread waits meanwhile.
 */
final class EventSubscription implements Flow.Subscription {
  private final Flow.Subscriber<? super ChatModelStreamingEvent> subscriber;
  private final Supplier<ChatStream> opening;
  private final Settings settings;
  private final AskedFrom from = AskedFrom.here();
  private final AtomicLong wanted = new AtomicLong();
  private final AtomicInteger turns = new AtomicInteger(); // more than 0: somebody reads
  private volatile @Nullable ChatStream stream;
  private volatile boolean over;
  private volatile @Nullable RuntimeException misuse;

  // Of whoever reads, one after the other.
  private final Queue<ChatModelStreamingEvent> ready = new ArrayDeque<>();
  private Iterator<ChatEvent> events = Collections.emptyIterator();
  private Pieces pieces = new Pieces();
  private final StringBuilder shown = new StringBuilder();
  private boolean called; // a tool, by a call that was told whole
  private boolean complete;

  EventSubscription(
      Flow.Subscriber<? super ChatModelStreamingEvent> subscriber,
      Supplier<ChatStream> opening,
      Settings settings) {
    this.subscriber = subscriber;
    this.opening = opening;
    this.settings = settings;
  }

  @Override
  public void request(long events) {
    if (events <= 0) {
      misuse = new IllegalArgumentException("Ask for 1 event or more, not " + events);
    } else {
      wanted.accumulateAndGet(events, EventSubscription::sum);
    }
    if (over || turns.getAndIncrement() > 0) {
      return;
    }
    try {
      settings.executor().execute(from.around(this::read));
    } catch (RejectedExecutionException e) {
      fail(e);
    }
  }

  @Override
  public void cancel() {
    over = true;
    close();
  }

  private static long sum(long a, long b) {
    return a + b < 0 ? Long.MAX_VALUE : a + b;
  }

  private void read() {
    int seen = turns.get();
    while (seen > 0) {
      try {
        deliver();
      } catch (LlmException e) {
        fail(OurFailure.of(e));
      } catch (RuntimeException | Error e) { // of a client that is not ours, or of the opening
        fail(e);
      }
      seen = turns.addAndGet(-seen);
    }
  }

  private void deliver() {
    while (!over) {
      if (misuse != null) {
        fail(misuse);
      } else if (complete && ready.isEmpty()) {
        end();
      } else if (wanted.get() == 0) {
        return;
      } else if (ready.isEmpty()) {
        pull();
      } else {
        next(ready.remove());
      }
    }
  }

  private void pull() {
    if (stream == null) {
      ChatStream opened = opening.get();
      stream = opened;
      events = opened.iterator();
      if (over) { // cancelled meanwhile
        opened.close();
        return;
      }
    }
    take(events.next());
  }

  private void take(ChatEvent event) {
    shown.append(Restarts.textOf(event));
    if (event instanceof ChatEvent.Restarted again) {
      Restarts.allow(again, shown, settings.restartsTold(), called);
      shown.setLength(0);
      pieces = new Pieces();
      ready.add(RawStreamingEvent.of(again));
    } else if (event instanceof ChatEvent.Delta delta) {
      pieces.of(delta).forEach(this::add);
    } else if (event instanceof ChatEvent.Finished finished) {
      pieces.end().forEach(this::add);
      if (finished.response().nativeResponse().orElse(null) instanceof NativeAnswer given) {
        given.trailing().forEach(this::add);
      }
      ready.add(new CompleteResponse(OurAnswer.of(finished.response())));
      complete = true;
    }
  }

  private void add(Object piece) {
    called |= piece instanceof CompleteToolCall;
    ready.add(
        piece instanceof ChatModelStreamingEvent event
            ? event
            : RawStreamingEvent.of(piece instanceof RawPiece raw ? raw.event() : piece));
  }

  private void next(ChatModelStreamingEvent event) {
    wanted.accumulateAndGet(1, (all, one) -> all == Long.MAX_VALUE ? all : all - one);
    try {
      subscriber.onNext(event);
    } catch (RuntimeException | Error e) { // which no subscriber may
      LoggerFactory.getLogger(EventSubscription.class)
          .warn("A subscriber's onNext threw {}; its stream is cancelled", e.getClass().getName());
      cancel();
    }
  }

  private void end() {
    over = true;
    close();
    subscriber.onComplete();
  }

  private void fail(Throwable failure) {
    if (over) {
      return;
    }
    over = true;
    close();
    subscriber.onError(failure);
  }

  private void close() {
    ChatStream open = stream;
    if (open != null) {
      open.close();
    }
  }
}
