package io.github.resilientllm.spring.internal;

import org.jspecify.annotations.Nullable;

/**
 * What an annotated method says of the model calls made inside it, on its thread. Scopes nest; the
 * innermost one holds.
 *
 * @param policy whose targets and policies serve calls of the default client; null for its own
 * @param conversation the conversation that the calls belong to; null for none
 * @param deadline the {@link System#nanoTime()} by which the calls end; null for the policy's own
 */
public record LlmScope(
    @Nullable String policy, @Nullable String conversation, @Nullable Long deadline) {
  private static final ThreadLocal<@Nullable LlmScope> CURRENT = new ThreadLocal<>();

  /** The scope that this thread is in; null if in none. */
  public static @Nullable LlmScope current() {
    return CURRENT.get();
  }

  /** Puts this thread into a scope, or out of all with null; the caller puts back what was. */
  public static void set(@Nullable LlmScope scope) {
    if (scope == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(scope);
    }
  }
}
