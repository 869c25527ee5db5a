package io.github.resilientllm.internal.outbox.drain;

/**
 * How the targets stand.
 *
 * @param isOpen whether any of them can be asked
 * @param waitNanos how long the first of them wants to be left alone; 0 if it does not, the most
 *     there is if nobody knows
 */
public record Outlook(boolean isOpen, long waitNanos) {}
