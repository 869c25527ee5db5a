package io.github.resilientllm.internal.journal.file;

import java.time.Duration;

/** Runs something later, on a thread that must not be held up. */
public interface Timer {
  void after(Duration delay, Runnable task);
}
