package io.github.resilientllm.internal.time;

import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All that a client takes from the world besides its vendors and its journal: for the test kit,
 * which replaces it. A builder's methods for it are hidden, so the builder leaves a door.
 *
 * @param time its clock
 * @param executor its threads
 * @param random its luck, uniform in [0, 1)
 * @param clock the dates in its journal
 */
public record Surroundings(
    Time time, Executor executor, DoubleSupplier random, InstantSource clock) {
  private static volatile @Nullable BiConsumer<Object, Surroundings> door;

  /** How they get into a builder. */
  public static void door(BiConsumer<Object, Surroundings> way) {
    door = way;
  }

  /** Puts a builder of a client into them. */
  public void surround(Object builder) {
    BiConsumer<Object, Surroundings> way = door;
    if (way == null) {
      throw new IllegalStateException("No builder has been made yet");
    }
    way.accept(builder, this);
  }
}
