package io.github.resilientllm.spring.internal;

import io.github.resilientllm.provider.LlmProvider;

/** What is put around the provider of each target, such as faults on purpose. */
@FunctionalInterface
public interface ProviderAround {

  /** The provider in place of it, which it asks; or it. */
  LlmProvider around(String target, LlmProvider provider);
}
