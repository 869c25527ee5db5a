package io.github.resilientllm.internal.target;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * In which words a target has refused requests for its own sake, so that each is warned of once: a
 * fault of the application's is seen and does not quietly move all its traffic, and an expected one
 * does not fill the log.
 */
public final class RefusalLog {
  /** More than a vendor has words; beyond it nothing new is warned of. */
  private static final int MOST = 64;

  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  /** Whether these words, without content, come for the first time. */
  public boolean isNew(String words) {
    return seen.size() < MOST && seen.add(words);
  }
}
