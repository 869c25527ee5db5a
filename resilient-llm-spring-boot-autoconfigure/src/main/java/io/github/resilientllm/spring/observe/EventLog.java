package io.github.resilientllm.spring.observe;

import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.CallListener;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last events of all clients, the oldest of which give way. Safe for several threads. */
final class EventLog implements CallListener {
  /** An event and when it was told. */
  record Told(Instant at, CallEvent event) {}

  private final InstantSource clock;
  private final @Nullable Told[] ring;
  private long told; // guarded by the ring

  EventLog(int capacity, InstantSource clock) {
    this.clock = clock;
    this.ring = new Told[capacity];
  }

  /** Keeps what a client tells, but not what only says that something began. */
  @Override
  public void on(CallEvent event) {
    if (event instanceof CallEvent.CallStarted
        || event instanceof CallEvent.AttemptStarted
        || event instanceof CallEvent.FirstToken) {
      return;
    }
    Told entry = new Told(clock.instant(), event);
    synchronized (ring) {
      ring[(int) (told++ % ring.length)] = entry;
    }
  }

  /** A copy, oldest first. */
  List<Told> all() {
    List<Told> all = new ArrayList<>();
    synchronized (ring) {
      for (long i = Math.max(0, told - ring.length); i < told; i++) {
        Told entry = ring[(int) (i % ring.length)];
        if (entry != null) {
          all.add(entry);
        }
      }
    }
    return all;
  }
}
