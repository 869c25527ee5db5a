package io.github.resilientllm.spring.boot;

import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.CallListener;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.SmartLifecycle;

/**
 * Holds up the shutdown until the calls that run have ended, or {@code
 * spring.lifecycle.timeout-per-shutdown-phase} is over. Beans are destroyed, and the journal is
 * closed, after that.
 */
final class RunningCalls implements SmartLifecycle {
  /** After web servers have let their requests end and stopped: those are MAX - 1024 and - 2048. */
  private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 3072;

  private final List<Runnable> stops = new ArrayList<>(); // what waits for the last call
  private int calls;
  private boolean running;

  /** Counts the calls of a client. */
  CallListener listener() {
    return event -> {
      if (event instanceof CallEvent.CallStarted) {
        began();
      } else if (event instanceof CallEvent.CallEnded) {
        ended();
      }
    };
  }

  private synchronized void began() {
    calls++;
  }

  private void ended() {
    List<Runnable> due;
    synchronized (this) {
      if (--calls > 0) {
        return;
      }
      due = List.copyOf(stops);
      stops.clear();
    }
    due.forEach(Runnable::run);
  }

  @Override
  public synchronized void start() {
    running = true;
  }

  @Override
  public void stop(Runnable callback) {
    synchronized (this) {
      running = false;
      if (calls > 0) {
        stops.add(callback);
        return;
      }
    }
    callback.run();
  }

  @Override
  public synchronized void stop() {
    running = false;
  }

  @Override
  public synchronized boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
