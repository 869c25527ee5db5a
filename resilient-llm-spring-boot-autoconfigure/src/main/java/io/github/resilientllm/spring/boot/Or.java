package io.github.resilientllm.spring.boot;

import org.jspecify.annotations.Nullable;

/** What a property says, or what it inherits. */
final class Or {
  private Or() {}

  static <T> T or(@Nullable T set, T inherited) {
    return set != null ? set : inherited;
  }
}
