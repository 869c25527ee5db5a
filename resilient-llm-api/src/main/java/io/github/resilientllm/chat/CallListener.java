package io.github.resilientllm.chat;

/**
 * A listener to what happens inside a client.
 *
 * <p>It is called on the thread where the event happens, in the order of a call's events, so it
 * must return quickly. What it throws is logged and does not touch the call.
 */
@FunctionalInterface
public interface CallListener {

  /** Something happened. */
  void on(CallEvent event);
}
