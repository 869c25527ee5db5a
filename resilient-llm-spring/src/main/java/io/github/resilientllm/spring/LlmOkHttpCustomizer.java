package io.github.resilientllm.spring;

import okhttp3.OkHttpClient;

/**
 * A bean that changes the HTTP client of a provider before it is built, after its properties were
 * applied. Several are applied in their order. Needs {@code resilient-llm-okhttp}.
 *
 * <pre>{@code
 * @Bean
 * LlmOkHttpCustomizer audited(AuditInterceptor audit) {
 *   return (provider, client) -> client.addInterceptor(audit);
 * }
 * }</pre>
 *
 * <p>Redirects and the call's, reading and writing time-outs stay off whatever it sets: a key must
 * not travel, and the policies have the clocks.
 */
@FunctionalInterface
public interface LlmOkHttpCustomizer {

  /**
   * Changes the HTTP client of one provider, which all its targets share.
   *
   * @param provider the provider's name, a key of {@code resilient-llm.providers}
   * @param client what the client is built with
   */
  void customize(String provider, OkHttpClient.Builder client);
}
