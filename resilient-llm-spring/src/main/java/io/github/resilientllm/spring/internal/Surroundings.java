package io.github.resilientllm.spring.internal;

import org.jspecify.annotations.Nullable;

/** A bean that knows what surrounds a call where it is made, such as an observation. */
public interface Surroundings {

  /** What surrounds this thread; null for nothing. */
  @Nullable Around here();

  /** What a value of Reactor's context is; null if it is none of this. */
  @Nullable Around of(Object value);

  /** The key of such a value in Reactor's context. */
  Object key();

  /** Something that can be put around work on any thread. */
  @FunctionalInterface
  interface Around {

    /** Enters it on this thread; what is returned leaves it there. */
    Runnable enter();
  }
}
