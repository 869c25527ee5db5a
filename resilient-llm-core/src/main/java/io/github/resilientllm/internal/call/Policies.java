package io.github.resilientllm.internal.call;

import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Hedge;

/** The policies that hold for every call of a client, whichever target it asks. */
public record Policies(Hedge hedge, Fallback fallback, long deadlineNanos) {}
