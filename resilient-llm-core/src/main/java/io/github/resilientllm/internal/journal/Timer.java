package io.github.resilientllm.internal.journal;

import java.time.Duration;

/** Runs something later, on a thread that must not be held up. */
interface Timer {
  void after(Duration delay, Runnable task);
}
