package io.github.resilientllm.internal.call;

import io.github.resilientllm.internal.race.Race;
import io.github.resilientllm.internal.target.EngineTarget;
import io.github.resilientllm.internal.target.Place;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call's places in the queues of targets that are full, at most one per target. */
final class Waits {
  private final List<EngineTarget> targets;
  private final Race race;
  private final Runnable onGranted;
  private final boolean background;
  private final @Nullable Wait[] waits;

  /** No waits yet; the action runs on the thread that frees a place. */
  Waits(List<EngineTarget> targets, Race race, Runnable onGranted, boolean background) {
    this.targets = targets;
    this.race = race;
    this.onGranted = onGranted;
    this.background = background;
    this.waits = new Wait[targets.size()];
  }

  /** Queues for a target; false if the queue is full. */
  boolean join(int target) {
    Wait wait = new Wait(new Place(onGranted, background));
    if (!targets.get(target).standing().enqueue(wait.place)) {
      return false;
    }
    waits[target] = wait;
    return true;
  }

  /** Tells the race of every place that has been granted. */
  void announce() {
    for (int i = 0; i < waits.length; i++) {
      Wait wait = waits[i];
      if (wait != null && !wait.over && wait.place.isGranted()) {
        race.ready(i);
      }
    }
  }

  /** Ends the wait for a target; the place if it was granted, to be used or given back. */
  @Nullable Place take(int target) {
    Wait wait = waits[target];
    if (wait == null || wait.over) {
      return null;
    }
    wait.over = true;
    return targets.get(target).standing().leave(wait.place) ? null : wait.place;
  }

  /** Ends all waits, as {@link #end()} does; the race may ask those targets anew. */
  void leave() {
    for (int i = 0; i < waits.length; i++) {
      Wait wait = waits[i];
      if (wait != null && !wait.over) {
        race.leftQueue(i);
      }
    }
    end();
  }

  /** Ends all waits and gives back what was granted. */
  void end() {
    for (int i = 0; i < waits.length; i++) {
      if (take(i) != null) {
        targets.get(i).standing().giveBackPlace();
      }
    }
  }

  private static final class Wait {
    final Place place;
    boolean over;

    Wait(Place place) {
      this.place = place;
    }
  }
}
