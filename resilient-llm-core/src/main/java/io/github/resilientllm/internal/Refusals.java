package io.github.resilientllm.internal;

import io.github.resilientllm.chat.ErrorKind;
import org.jspecify.annotations.Nullable;

/** Why a call failed that made no attempt. */
final class Refusals {
  private Refusals() {}

  /** What is most worth knowing of why no target was asked. */
  static ErrorKind endKind(@Nullable Candidate[] candidates) {
    boolean ejected = false;
    boolean limited = false;
    boolean frozen = false;
    for (Candidate candidate : candidates) {
      if (candidate == null || candidate.refusal == null) {
        continue;
      }
      switch (candidate.refusal) {
        case OPEN, LOCKED -> ejected = true;
        case FROZEN, RATIONED -> frozen = true;
        default -> limited = true;
      }
    }
    if (frozen) {
      return ErrorKind.RATE_LIMITED;
    }
    if (limited) {
      return ErrorKind.LIMIT_EXCEEDED;
    }
    return ejected ? ErrorKind.CIRCUIT_OPEN : ErrorKind.NO_ELIGIBLE_TARGET;
  }
}
