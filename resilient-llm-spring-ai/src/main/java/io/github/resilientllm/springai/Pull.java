package io.github.resilientllm.springai;

import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.scheduler.Schedulers;

/**
 * A reactive stream read by a thread that blocks: one element is asked for at a time. Abandoning
 * it, from any thread, wakes the reader.
 */
final class Pull<T> extends BaseSubscriber<T> {
  /** An element, or an end where it is null. */
  private record Signal<T>(@Nullable T element, @Nullable Throwable failure) {}

  /** Holds one element, since no more are asked for, and an end. */
  private final LinkedBlockingQueue<Signal<T>> signals = new LinkedBlockingQueue<>();

  private final AtomicBoolean abandoned = new AtomicBoolean();

  @Override
  protected void hookOnSubscribe(Subscription subscription) {
    request(1);
  }

  @Override
  protected void hookOnNext(T element) {
    signals.add(new Signal<>(element, null));
  }

  @Override
  protected void hookOnComplete() {
    signals.add(new Signal<>(null, null));
  }

  @Override
  protected void hookOnError(Throwable failure) {
    signals.add(new Signal<>(null, failure));
  }

  /**
   * Ends the reading at once, and the stream below as soon as it can be: some clients wait in
   * {@code cancel} for the read that is going on, which may take until their own time-out.
   */
  void abandon() {
    if (abandoned.compareAndSet(false, true)) {
      signals.add(new Signal<>(null, new CancellationException("closed")));
      try {
        AttemptThreads.run(this::cancel);
      } catch (RejectedExecutionException e) {
        Object unused = Schedulers.boundedElastic().schedule(this::cancel);
      }
    }
  }

  /**
   * The next element; null when the stream is complete.
   *
   * @throws Throwable what the stream failed with; a {@link CancellationException} if it was
   *     abandoned
   */
  @Nullable T next() throws Throwable {
    if (abandoned.get()) {
      throw new CancellationException("closed");
    }
    Signal<T> signal = signals.take();
    if (signal.failure() != null) {
      throw signal.failure();
    }
    if (signal.element() != null) {
      request(1); // ahead, so that the next one comes while this one is used
    }
    return signal.element();
  }
}
