package io.github.resilientllm.spring;

import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.CallListener;

/**
 * A bean that makes a listener for each policy's client, one that keeps what it hears of each
 * policy apart or does not care for all of them. A plain {@link CallListener} bean is attached to
 * every client as it is, and {@link CallEvent#policy()} tells it whose event it hears.
 *
 * <pre>{@code
 * @Bean
 * CallListenerFactory slowCalls() {
 *   return policy -> {
 *     Duration slow = Duration.ofSeconds(policy.equals("background") ? 60 : 10);
 *     return event -> {
 *       if (event instanceof CallEvent.CallEnded call && call.duration().compareTo(slow) > 0) {
 *         log.warn("A call of {} took {}", policy, call.duration());
 *       }
 *     };
 *   };
 * }
 * }</pre>
 */
@FunctionalInterface
public interface CallListenerFactory {

  /**
   * The listener to one policy's client; asked once for each policy, when all beans are there, or
   * when the first call is made if that is before. What it makes may use a client itself.
   *
   * @param policy the policy's name
   */
  CallListener listener(String policy);
}
