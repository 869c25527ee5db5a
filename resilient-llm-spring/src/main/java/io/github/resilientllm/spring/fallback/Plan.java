package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.spring.internal.LastResorts;
import io.github.resilientllm.spring.internal.LlmScope;
import org.jspecify.annotations.Nullable;

/**
 * What an annotation means for one method, checked.
 *
 * @param policy null for the one that holds around it
 * @param timeoutNanos 0 for none
 * @param conversation null for the one that holds around it, or for none
 * @param leaves whether its calls are in no conversation
 * @param lastResort null for none
 * @param kept keeps the question before the last resort answers; null for a plan without
 * @param lastResorts asks it
 * @param returned how what the method returns is watched
 */
record Plan(
    AnnotatedMethod annotated,
    @Nullable String policy,
    long timeoutNanos,
    @Nullable ConversationExpression conversation,
    boolean leaves,
    FailureRule rule,
    @Nullable LastResort lastResort,
    @Nullable KeptQuestion kept,
    LastResorts lastResorts,
    ReturnWatch returned) {

  /** The last resort for a failure; null if there is none. */
  @Nullable LastResort lastResortFor(Throwable failure) {
    boolean takes =
        lastResort != null
            && lastResort.takes(failure)
            && (kept == null || KeptQuestion.mayBeAnsweredLater(failure));
    return takes ? lastResort : null;
  }

  /** The conversation of a call. */
  @Nullable String conversation(Object[] arguments) {
    return conversation == null ? null : conversation.of(arguments);
  }

  /** The scope of a call, which inherits from the one around it what it does not say. */
  LlmScope scope(@Nullable LlmScope outer, @Nullable String conversationId) {
    Long deadline = timeoutNanos == 0 ? null : (Long) (System.nanoTime() + timeoutNanos);
    if (outer == null) {
      return new LlmScope(policy, conversationId, deadline);
    }
    return new LlmScope(
        policy == null ? outer.policy() : policy,
        conversationId == null && !leaves ? outer.conversation() : conversationId,
        earlier(deadline, outer.deadline()));
  }

  private static @Nullable Long earlier(@Nullable Long one, @Nullable Long two) {
    if (one == null || two == null) {
      return one == null ? two : one;
    }
    return one - two < 0 ? one : two;
  }
}
