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
final class RunningCalls {
  /** Those that let their requests end and stop are MAX - 1024 and - 2048. */
  static final int AFTER_WEB_SERVERS = SmartLifecycle.DEFAULT_PHASE - 3072;

  private final List<Runnable> stops = new ArrayList<>(); // what waits for the last call
  private int calls;

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

  /** What holds up one phase of the shutdown until no call runs. */
  SmartLifecycle stoppingIn(int phase) {
    return new Stop(phase);
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

  private void whenNoneRuns(Runnable callback) {
    synchronized (this) {
      if (calls > 0) {
        stops.add(callback);
        return;
      }
    }
    callback.run();
  }

  private final class Stop implements SmartLifecycle {
    private final int phase;
    private volatile boolean running;

    Stop(int phase) {
      this.phase = phase;
    }

    @Override
    public void start() {
      running = true;
    }

    @Override
    public void stop(Runnable callback) {
      running = false;
      whenNoneRuns(callback);
    }

    @Override
    public void stop() {
      running = false;
    }

    @Override
    public boolean isRunning() {
      return running;
    }

    @Override
    public int getPhase() {
      return phase;
    }
  }
}
