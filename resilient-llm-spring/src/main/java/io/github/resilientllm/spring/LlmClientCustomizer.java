package io.github.resilientllm.spring;

import io.github.resilientllm.ResilientLlm;

/**
 * A bean that changes a client before it is built, after its properties were applied. Several are
 * applied in their order.
 *
 * <pre>{@code
 * @Bean
 * LlmClientCustomizer moreHedges() {
 *   return (policy, client) -> {
 *     if (policy.equals("support")) {
 *       client.hedge(Hedge.extraLoad(0.1));
 *     }
 *   };
 * }
 * }</pre>
 */
@FunctionalInterface
public interface LlmClientCustomizer {

  /**
   * Changes the client of one policy.
   *
   * @param policy the policy's name
   * @param client what the client is built with
   */
  void customize(String policy, ResilientLlm.Builder client);
}
