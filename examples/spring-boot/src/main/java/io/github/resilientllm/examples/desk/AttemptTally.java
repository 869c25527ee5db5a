package io.github.resilientllm.examples.desk;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.spring.LlmClientCustomizer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Counts for the page what became of the attempts at each target. Monitoring has meters. */
@Component
class AttemptTally implements LlmClientCustomizer {
  private final Map<String, Count> byTarget = new ConcurrentHashMap<>();

  @Override
  public void customize(String policy, ResilientLlm.Builder client) {
    if (policy.equals(Agent.POLICY)) {
      client.listener(this::hear);
    }
  }

  Count of(String target) {
    return byTarget.getOrDefault(target, Count.NONE);
  }

  private void hear(CallEvent event) {
    if (event instanceof CallEvent.AttemptEnded ended
        && ended.attempt().kind() != Attempt.Kind.SKIPPED) {
      Attempt attempt = ended.attempt();
      byTarget.merge(attempt.target(), Count.NONE.and(attempt), (count, one) -> count.and(attempt));
    }
  }

  /**
   * The attempts at one target since the start.
   *
   * @param lastError what the last one failed of; null if it was answered, or there was none
   */
  record Count(long answered, long failed, @Nullable ErrorKind lastError) {
    private static final Count NONE = new Count(0, 0, null);

    private Count and(Attempt attempt) {
      ErrorKind error = attempt.error().orElse(null);
      return error == null
          ? new Count(answered + 1, failed, null)
          : new Count(answered, failed + 1, error);
    }
  }
}
