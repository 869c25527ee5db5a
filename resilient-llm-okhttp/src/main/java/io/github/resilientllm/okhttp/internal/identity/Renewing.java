package io.github.resilientllm.okhttp.internal.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Something that expires, such as a token: asked for once, kept, and asked for again before its
 * end, while the old one still serves. So no attempt waits for it but the first, and an outage of
 * whoever gives it is none of the vendor's as long as the old one is good. Safe for several
 * threads.
 *
 * @param <T> what it is; something without an end is asked for each time
 */
public final class Renewing<T> {

  /** Clocks differ by minutes, and an attempt may be on its way for as long. */
  private static final Duration AHEAD = Duration.ofMinutes(5);

  /** How long a failed renewal is not repeated while the old one serves. */
  private static final Duration PAUSE = Duration.ofSeconds(10);

  /** After this, whoever is asked is taken to hang, and asked once more. */
  private static final long HANGS = TimeUnit.SECONDS.toNanos(30);

  private record Held<T>(T value, Instant renewFrom, Instant end) {}

  private record Asking<T>(CompletableFuture<T> answer, long since) {}

  private final Callable<T> source;
  private final Function<T, Optional<Instant>> end;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final AtomicReference<@Nullable Held<T>> held = new AtomicReference<>();
  private final AtomicReference<@Nullable Asking<T>> asking = new AtomicReference<>();

  public Renewing(
      Callable<T> source,
      Function<T, Optional<Instant>> end,
      InstantSource clock,
      LongSupplier nanos) {
    this.source = source;
    this.end = end;
    this.clock = clock;
    this.nanos = nanos;
  }

  /** The one that serves now; is there at once unless it has to be waited for. */
  public CompletableFuture<T> value() {
    Held<T> now = held.get();
    Instant instant = clock.instant();
    if (now != null && instant.isBefore(now.renewFrom())) {
      return CompletableFuture.completedFuture(now.value());
    }
    CompletableFuture<T> next = ask(now);
    return now != null && instant.isBefore(now.end())
        ? CompletableFuture.completedFuture(now.value())
        : next;
  }

  /** Lets go of the one that is held, if it is that which was not accepted. */
  public void refusedIf(Predicate<T> isRefused) {
    Held<T> now = held.get();
    if (now != null && isRefused.test(now.value())) {
      held.compareAndSet(now, null);
    }
  }

  /** Asks, or joins those who wait already. */
  private CompletableFuture<T> ask(@Nullable Held<T> before) {
    long since = nanos.getAsLong();
    Asking<T> running = asking.get();
    if (running != null && since - running.since() < HANGS) {
      return running.answer();
    }
    Asking<T> mine = new Asking<>(new CompletableFuture<>(), since);
    if (!asking.compareAndSet(running, mine)) {
      return ask(before); // somebody else was quicker
    }
    return Supplied.ask(source)
        .whenComplete(
            (value, failure) -> {
              if (failure == null) {
                keep(value);
              } else {
                bearWith(before);
              }
              asking.compareAndSet(mine, null);
              if (failure == null) {
                mine.answer().complete(value);
              } else {
                mine.answer().completeExceptionally(failure);
              }
            });
  }

  private void keep(@Nullable T value) {
    Optional<Instant> last = value == null ? Optional.empty() : end.apply(value);
    if (value == null || last.isEmpty()) {
      held.set(null);
      return;
    }
    Instant now = clock.instant();
    Duration life = Duration.between(now, last.get());
    Duration ahead = AHEAD.compareTo(life.dividedBy(2)) < 0 ? AHEAD : life.dividedBy(2);
    held.set(new Held<>(value, last.get().minus(ahead), last.get()));
  }

  private void bearWith(@Nullable Held<T> before) {
    if (before != null) {
      Instant later = clock.instant().plus(PAUSE);
      held.compareAndSet(before, new Held<>(before.value(), later, before.end()));
    }
  }
}
