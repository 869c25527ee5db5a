package io.github.resilientllm.spring;

import java.time.Instant;
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

  /**
   * Where a token of a provider comes from whose end is known, such as one of Microsoft Entra or of
   * Google; asked once, when the application starts, and before {@link #key}. It goes where the
   * vendor wants a token: for Azure, for Anthropic and for Vertex AI that is not where a key goes.
   *
   * @param provider the provider's name, a key of {@code resilient-llm.providers}
   * @return what is asked for the first token, and again five minutes before the end of each, while
   *     the old one still serves; null for a provider without one
   */
  default @Nullable Supplier<Token> token(String provider) {
    return null;
  }

  /**
   * A token and when it ends.
   *
   * @param value the token itself
   * @param expires when the vendor will no longer accept it
   */
  record Token(String value, Instant expires) {
    /** Says when it ends, not what it is. */
    @Override
    public String toString() {
      return "Token[hidden, expires " + expires + "]";
    }
  }
}
