package io.github.resilientllm.test;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.LlmException;
import java.util.List;

/** What this library says of its attempts, for a timeline. Needs {@code resilient-llm-api}. */
public final class OurAttempts {
  /** As deep as exceptions are wrapped in earnest. */
  private static final int MOST_CAUSES = 20;

  private OurAttempts() {}

  /** The attempts that a failure tells of, or one of its causes; empty if none does. */
  static List<Timeline.Attempt> in(Throwable failure) {
    Throwable each = failure;
    for (int i = 0; each != null && i < MOST_CAUSES; i++) {
      if (each instanceof LlmException ours) {
        return told(ours.attempts());
      }
      each = each.getCause();
    }
    return List.of();
  }

  /** As a timeline shows them. */
  public static List<Timeline.Attempt> told(List<Attempt> attempts) {
    return attempts.stream()
        .map(
            attempt ->
                new Timeline.Attempt(
                    attempt.target(),
                    attempt.startedAfter(),
                    attempt.duration(),
                    attempt.error().map(Enum::name).orElse("")))
        .toList();
  }
}
