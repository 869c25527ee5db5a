package io.github.resilientllm.examples.vendor;

/** How a local vendor answers; called by several threads at once. */
@FunctionalInterface
public interface Behaviour {

  /** Decides what becomes of one request. */
  Reply reply(Question question);
}
