package io.github.resilientllm.spring;

import io.github.resilientllm.provider.LlmProvider;

/**
 * A bean that makes the providers of {@code resilient-llm.providers} in place of the vendors that
 * they name: a fake of all of them in a test, or in a profile without keys.
 *
 * <p>Keys and addresses of the properties are then not looked at. {@code
 * resilient-llm-spring-boot-test} has one that follows a script.
 */
@FunctionalInterface
public interface LlmProviderFactory {

  /**
   * A model of a provider; asked once for each target, when the application starts.
   *
   * @param provider the provider's name, a key of {@code resilient-llm.providers}
   * @param model the model as the vendor knows it
   */
  LlmProvider provider(String provider, String model);
}
