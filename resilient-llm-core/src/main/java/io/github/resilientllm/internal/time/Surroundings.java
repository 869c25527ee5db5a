package io.github.resilientllm.internal.time;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;

/**
 * All that a client or an outbox takes from the world besides its vendors and its disk: for the
 * test kit, which replaces it. Builders' methods for it are hidden, so each builder leaves a door.
 *
 * @param time its clock
 * @param executor its threads
 * @param random its luck, uniform in [0, 1)
 * @param clock the dates that it notes
 */
public record Surroundings(
    Time time, Executor executor, DoubleSupplier random, InstantSource clock) {
  private static final Map<Class<?>, BiConsumer<Object, Surroundings>> DOORS =
      new ConcurrentHashMap<>();

  /** How they get into a builder of a class. */
  public static <B> void door(Class<B> type, BiConsumer<B, Surroundings> way) {
    DOORS.put(type, (builder, its) -> way.accept(type.cast(builder), its));
  }

  /** Puts a builder into them. */
  public void surround(Object builder) {
    BiConsumer<Object, Surroundings> way = DOORS.get(builder.getClass());
    if (way == null) {
      throw new IllegalArgumentException(builder.getClass() + " has no door");
    }
    way.accept(builder, this);
  }
}
