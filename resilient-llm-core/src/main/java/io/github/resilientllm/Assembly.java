package io.github.resilientllm;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.internal.call.Engine;
import io.github.resilientllm.internal.call.Route;
import io.github.resilientllm.internal.race.Ladder;
import io.github.resilientllm.internal.target.Clocks;
import io.github.resilientllm.internal.target.EngineGroup;
import io.github.resilientllm.internal.target.EngineTarget;
import io.github.resilientllm.internal.target.RetryBudget;
import io.github.resilientllm.internal.target.Standing;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.policy.Concurrency;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.RateLimit;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Puts a client's targets and policies together into what its engine runs on.
 *
 * @param rungs the targets and groups, in order
 * @param retry that of rungs without one of their own, as are the others
 */
record Assembly(
    List<Rung> rungs,
    Retry retry,
    Budget budget,
    Hedge hedge,
    Breaker breaker,
    Concurrency concurrency,
    RateLimit rateLimit,
    Fallback fallback,
    Timeouts timeouts) {

  /** A rung of the ladder: a target, or the members of a group. */
  sealed interface Rung {
    /** One target. */
    record Single(Target target) implements Rung {
      @Override
      public List<Target> members() {
        return List.of(target);
      }

      @Override
      public Retry retry(Retry otherwise) {
        return target.retry().orElse(otherwise);
      }
    }

    /** A group. */
    record Several(TargetGroup group) implements Rung {
      @Override
      public List<Target> members() {
        return group.members();
      }

      @Override
      public Retry retry(Retry otherwise) {
        return group.retry().orElse(otherwise);
      }
    }

    /** Its targets. */
    List<Target> members();

    /** How often they are asked again. */
    Retry retry(Retry otherwise);
  }

  List<Target> targets() {
    return rungs.stream().flatMap(rung -> rung.members().stream()).toList();
  }

  Retry retryOf(Rung rung) {
    return rung.retry(retry).within(timeouts.deadline());
  }

  /** The route of the engine's calls. */
  Route route(Engine engine) {
    List<EngineTarget> targets = new ArrayList<>();
    List<EngineGroup> groups = new ArrayList<>();
    List<Ladder.Step> steps = new ArrayList<>();
    for (Rung rung : rungs) {
      Retry its = retryOf(rung);
      steps.add(new Ladder.Step(rung.members().size(), its));
      if (rung instanceof Rung.Several several) {
        groups.add(new EngineGroup(targets.size(), rung.members().size(), several.group().order()));
        RetryBudget common = several.group().shared().budget(several.group().name(), budget, true);
        for (Target member : rung.members()) {
          targets.add(seen(member, common, its, engine));
        }
      } else {
        Target target = rung.members().get(0);
        Budget own = target.budget().orElse(budget);
        RetryBudget common = target.shared().budget(target.name(), own, false);
        targets.add(seen(target, common, its, engine));
      }
    }
    return new Route(targets, groups, new Ladder(steps, fallback, hedge));
  }

  /** A target as this client's calls see it. */
  private EngineTarget seen(Target target, RetryBudget common, Retry its, Engine engine) {
    Standing standing =
        target
            .shared()
            .standing(
                target.name(),
                target.breaker().orElse(breaker),
                target.concurrency().orElse(concurrency),
                target.rateLimit().orElse(rateLimit));
    String name = target.name();
    BiConsumer<BreakerState, BreakerState> listener =
        (from, to) -> engine.breakerChanged(name, from, to);
    standing.subscribe(listener);
    Timeouts clocks = clocksOf(target);
    Duration slow =
        target.breaker().orElse(breaker).slowAfter().orElse(clocks.firstToken().dividedBy(2));
    return new EngineTarget(
        name,
        target.provider(),
        target.capabilitiesLater(),
        standing,
        common,
        its,
        Clocks.of(clocks),
        slow.toNanos(),
        listener);
  }

  /** The client's clocks, but for those that the target sets. */
  private Timeouts clocksOf(Target target) {
    Timeouts clocks = timeouts;
    Timeouts own = target.timeouts().orElse(timeouts);
    if (own.attemptIfSet().isPresent()) {
      clocks = clocks.withAttempt(own.attempt());
    }
    if (own.firstTokenIfSet().isPresent()) {
      clocks = clocks.withFirstToken(own.firstToken());
    }
    if (own.thinkingIfSet().isPresent()) {
      clocks = clocks.withThinking(own.thinking());
    }
    return own.stallIfSet().isPresent() ? clocks.withStall(own.stall()) : clocks;
  }
}
