package io.github.resilientllm.spring.internal;

import io.github.resilientllm.chat.CallListener;

/**
 * A bean that makes a listener for each policy's client, for those that have to know whose calls
 * they hear. Plain {@link CallListener} beans are attached to every client as they are.
 */
@FunctionalInterface
public interface CallListenerFactory {

  /**
   * The listener of one policy's client; asked once for each policy, when the client is built.
   *
   * @param policy the policy's name
   */
  CallListener listener(String policy);
}
