package io.github.resilientllm.internal.target;

import io.github.resilientllm.chat.BreakerState;

/**
 * How a target's breaker stands.
 *
 * @param inStateNanos how long it has been in that state
 * @param probeInNanos when an open one lets a call through; 0 for at once, and if it is not open or
 *     is held
 * @param attempts those in its window
 * @param failures those among them that count against the target
 * @param held whether an operator holds it in that state
 */
public record BreakerLook(
    BreakerState state,
    long inStateNanos,
    long probeInNanos,
    long attempts,
    long failures,
    boolean held) {}
