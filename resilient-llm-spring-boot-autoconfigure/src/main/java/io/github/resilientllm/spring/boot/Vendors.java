package io.github.resilientllm.spring.boot;

import io.github.resilientllm.provider.LlmProvider;

/** Makes providers of configured endpoints; there is one if the okhttp module is there. */
@FunctionalInterface
interface Vendors {

  /**
   * A model at an endpoint.
   *
   * @param provider the endpoint's name
   * @param settings what its properties say
   * @param model the model as the vendor knows it
   */
  LlmProvider provider(String provider, ProviderProperties settings, String model);
}
