package io.github.resilientllm.chat;

/**
 * How much a reasoning model is to think before it answers. Each model accepts a subset and refuses
 * the rest.
 */
public enum ReasoningEffort {
  /** No thinking. */
  NONE,
  /** As little as the model can. */
  MINIMAL,
  /** Little. */
  LOW,
  /** The usual default. */
  MEDIUM,
  /** Much. */
  HIGH,
  /** More than high. */
  XHIGH,
  /** As much as the model can. */
  MAX
}
