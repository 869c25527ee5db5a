package io.github.resilientllm.outbox;

/**
 * How much an item matters; the first comes first. One place in twenty is for whoever has waited
 * longest, so that none waits for ever.
 */
public enum Priority {
  /** What must run first when the vendor is back. */
  CRITICAL,
  /** What somebody misses. */
  HIGH,
  /** Everything else; the default. */
  NORMAL,
  /** What may come when there is nothing else to do. */
  LOW
}
