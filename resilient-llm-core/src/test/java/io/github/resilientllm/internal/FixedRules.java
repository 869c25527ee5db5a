package io.github.resilientllm.internal;

import io.github.resilientllm.policy.Fallback;

/** Rules for a race without a client: two targets, three attempts, 2 s of patience, 10 s in all. */
final class FixedRules implements RaceRules {
  static final long MS = 1_000_000;

  int targets = 2;
  int maxAttempts = 3;
  int maxHedges = 1;
  boolean hedgesSameTarget;
  boolean retriesUnauthorized;
  boolean triesNextOnContentFilter;
  Fallback.ContextTooLong onContextTooLong = Fallback.ContextTooLong.LARGER_OR_UNKNOWN;
  boolean forcesTargets = true;
  int[] windows = new int[4];
  int[] groups = {-1, -1, -1, -1};

  @Override
  public int targets() {
    return targets;
  }

  @Override
  public int group(int target) {
    return groups[target];
  }

  @Override
  public int contextWindow(int target) {
    return windows[target];
  }

  @Override
  public int maxAttempts() {
    return maxAttempts;
  }

  @Override
  public int maxHedges() {
    return maxHedges;
  }

  @Override
  public boolean hedgesSameTarget() {
    return hedgesSameTarget;
  }

  @Override
  public boolean retriesUnauthorized() {
    return retriesUnauthorized;
  }

  @Override
  public boolean triesNextOnContentFilter() {
    return triesNextOnContentFilter;
  }

  @Override
  public Fallback.ContextTooLong onContextTooLong() {
    return onContextTooLong;
  }

  @Override
  public boolean forcesTarget(int target) {
    return forcesTargets;
  }

  @Override
  public long patienceNanos() {
    return 2000 * MS;
  }

  @Override
  public long deadline() {
    return 10_000 * MS;
  }
}
