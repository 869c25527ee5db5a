package io.github.resilientllm.internal.race;

import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Rules for a race without a client: two targets, three attempts, 2 s of patience, 10 s in all. */
final class FixedRules implements Ladder.Targets {
  static final long MS = 1_000_000;

  int[] rungs = {1, 1};
  Retry retry = Retry.upTo(3).withJitter(Retry.Jitter.NONE);
  Hedge hedge = Hedge.extraLoad(0.05);
  Fallback fallback = Fallback.standard().withPatience(Duration.ofSeconds(2));
  boolean forcesTargets = true;
  int[] windows = new int[4];

  Race race() {
    List<Ladder.Step> steps = new ArrayList<>();
    for (int size : rungs) {
      steps.add(new Ladder.Step(size, retry));
    }
    return new Race(new Ladder(steps, fallback, hedge), this, 10_000 * MS);
  }

  @Override
  public int contextWindow(int target) {
    return windows[target];
  }

  @Override
  public boolean isForced(int target) {
    return forcesTargets;
  }
}
