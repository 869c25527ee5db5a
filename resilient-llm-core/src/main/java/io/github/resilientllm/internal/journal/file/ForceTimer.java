package io.github.resilientllm.internal.journal.file;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The logs of a journal in which something waits to be forced, all by one timer. */
public final class ForceTimer {
  private final Timer timer;
  private final Duration within;
  private final Set<FileLog> due = new HashSet<>(); // guards all
  private boolean runs;

  public ForceTimer(Timer timer, Duration within) {
    this.timer = timer;
    this.within = within;
  }

  /** Has a log forced within the time, and perhaps sooner: together with one that came before. */
  public void add(FileLog log) {
    synchronized (due) {
      if (!runs) {
        timer.after(within, this::forceAll); // or throws, and the log is not added
        runs = true;
      }
      due.add(log);
    }
  }

  /** Nothing waits in a log any more. */
  public void remove(FileLog log) {
    synchronized (due) {
      due.remove(log);
    }
  }

  private void forceAll() {
    List<FileLog> logs;
    synchronized (due) {
      runs = false;
      logs = List.copyOf(due);
      due.clear();
    }
    logs.forEach(FileLog::forceSoon);
  }
}
