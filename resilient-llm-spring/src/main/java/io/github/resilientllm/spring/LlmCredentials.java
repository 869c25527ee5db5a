package io.github.resilientllm.spring;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A bean that says where the keys of providers come from, in place of their {@code api-key}
 * properties: a vault, a token that expires, a mounted file that is rotated.
 *
 * <pre>{@code
 * @Bean
 * LlmCredentials keys(TokenCache entra) {
 *   return provider -> provider.equals("azure") ? entra::token : null;
 * }
 * }</pre>
 *
 * <p>Several are asked in their order, and the first key counts.
 */
@FunctionalInterface
public interface LlmCredentials {

  /**
   * Where the key of a provider comes from; asked once, when the application starts.
   *
   * @param provider the provider's name, a key of {@code resilient-llm.providers}
   * @return what is asked for the key before each attempt, on its thread: it caches if asking is
   *     dear; null to leave the provider to the next bean, or to its property
   */
  @Nullable Supplier<String> key(String provider);
}
