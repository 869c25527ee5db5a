package io.github.resilientllm.spring.observe;

import io.github.resilientllm.spring.internal.Surroundings;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

/** The observation that a call is made in, of which the call's own one becomes a part. */
final class ObservedSurroundings implements Surroundings {
  private final ObservationRegistry registry;

  ObservedSurroundings(ObservationRegistry registry) {
    this.registry = registry;
  }

  @Override
  public @Nullable Around here() {
    Observation current = registry.getCurrentObservation();
    return current == null ? null : around(current);
  }

  @Override
  public @Nullable Around of(Object value) {
    return value instanceof Observation observation ? around(observation) : null;
  }

  @Override
  public Object key() {
    return ObservationThreadLocalAccessor.KEY;
  }

  private Around around(Observation observation) {
    return () -> {
      if (registry.getCurrentObservation() == observation) {
        return () -> {};
      }
      Observation.Scope scope = observation.openScope();
      return scope::close;
    };
  }
}
