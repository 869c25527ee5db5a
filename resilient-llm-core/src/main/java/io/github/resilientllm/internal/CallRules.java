package io.github.resilientllm.internal;

import io.github.resilientllm.policy.Fallback;

/** The rules of one call's race: the client's policies, and the call's own deadline. */
final class CallRules implements RaceRules {
  private final Engine engine;
  private final Call call;

  CallRules(Engine engine, Call call) {
    this.engine = engine;
    this.call = call;
  }

  @Override
  public int targets() {
    return call.targets.size();
  }

  @Override
  public int group(int target) {
    return call.targets.get(target).group();
  }

  @Override
  public int contextWindow(int target) {
    return call.targets.get(target).capabilities().contextWindow();
  }

  @Override
  public int maxAttempts() {
    return engine.policies.retry().maxAttempts();
  }

  @Override
  public int maxHedges() {
    return engine.policies.hedge().enabled() ? engine.policies.hedge().maxHedges() : 0;
  }

  @Override
  public boolean hedgesSameTarget() {
    return engine.policies.hedge().sameTarget();
  }

  @Override
  public boolean retriesUnauthorized() {
    return engine.policies.retry().retriesUnauthorized();
  }

  @Override
  public boolean triesNextOnContentFilter() {
    return engine.policies.fallback().onContentFilter();
  }

  @Override
  public Fallback.ContextTooLong onContextTooLong() {
    return engine.policies.fallback().onContextTooLong();
  }

  @Override
  public boolean forcesTarget(int target) {
    return !call.targets.get(target).ejectedWhenLast();
  }

  @Override
  public long patienceNanos() {
    return engine.policies.patienceNanos();
  }

  @Override
  public long deadline() {
    return call.deadline();
  }
}
