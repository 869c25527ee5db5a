package io.github.resilientllm.examples.plot;

/**
 * A stretch of time that a plot marks and labels.
 *
 * @param from its start in seconds
 * @param to its end in seconds
 * @param label above it, where there is room
 * @param shortLabel above it, where there is not
 * @param shaded whether it is set off from the others
 */
public record Band(double from, double to, String label, String shortLabel, boolean shaded) {}
