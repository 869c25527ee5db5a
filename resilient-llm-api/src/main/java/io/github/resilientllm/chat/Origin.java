package io.github.resilientllm.chat;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where an event of a call comes from.
 *
 * @param callId the call's number in its client
 * @param policy the client's; null if it has none
 */
record Origin(long callId, @Nullable String policy) {

  static Origin of(long callId) {
    return new Origin(callId, null);
  }

  Origin with(String name) {
    return new Origin(callId, Objects.requireNonNull(name, "name"));
  }

  @Override
  public String toString() {
    return "callId=" + callId + ", policy=" + policy;
  }
}
