package io.github.resilientllm.spring.service;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The collections that an answer may be or hold. */
final class Collected {
  private Collected() {}

  static boolean is(Class<?> type) {
    return type == List.class || type == Set.class || type == Collection.class;
  }

  /** The elements as a collection of that type, which cannot be changed. */
  static Object of(Class<?> type, List<@Nullable Object> elements) {
    return type == Set.class
        ? Collections.unmodifiableSet(new LinkedHashSet<>(elements))
        : Collections.unmodifiableList(elements);
  }
}
