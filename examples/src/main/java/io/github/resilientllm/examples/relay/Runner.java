package io.github.resilientllm.examples.relay;

import io.github.resilientllm.provider.LlmProvider;

/**
 * A vendor of the relay, and how it dies.
 *
 * @param name what it is called on the screen
 * @param provider its model
 * @param death ends it for good; nobody answers at its address from then on
 */
record Runner(String name, LlmProvider provider, Runnable death) {}
