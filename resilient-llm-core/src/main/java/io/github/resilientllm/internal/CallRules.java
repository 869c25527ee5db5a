package io.github.resilientllm.internal;

import io.github.resilientllm.policy.Fallback;

/**
 * The rules of one call's race: the client's policies, and the call's own deadline.
 *
 * <p>A superclass of who runs the race, and not a field, to spare each call an object.
 */
class CallRules implements RaceRules {
  final Engine engine;
  final Call call;

  CallRules(Engine engine, Call call) {
    this.engine = engine;
    this.call = call;
  }

  @Override
  public final int targets() {
    return call.targets.size();
  }

  @Override
  public final int group(int target) {
    return call.targets.get(target).group();
  }

  @Override
  public final int contextWindow(int target) {
    return call.targets.get(target).capabilities().contextWindow();
  }

  @Override
  public final int maxAttempts() {
    return engine.policies.retry().maxAttempts();
  }

  @Override
  public final int maxHedges() {
    return engine.policies.hedge().enabled() ? engine.policies.hedge().maxHedges() : 0;
  }

  @Override
  public final boolean hedgesSameTarget() {
    return engine.policies.hedge().sameTarget();
  }

  @Override
  public final boolean retriesUnauthorized() {
    return engine.policies.retry().retriesUnauthorized();
  }

  @Override
  public final boolean triesNextOnContentFilter() {
    return engine.policies.fallback().onContentFilter();
  }

  @Override
  public final Fallback.ContextTooLong onContextTooLong() {
    return engine.policies.fallback().onContextTooLong();
  }

  @Override
  public final boolean forcesTarget(int target) {
    return !call.targets.get(target).ejectedWhenLast();
  }

  @Override
  public final long patienceNanos() {
    return engine.policies.patienceNanos();
  }

  @Override
  public final long deadline() {
    return call.deadline();
  }
}
