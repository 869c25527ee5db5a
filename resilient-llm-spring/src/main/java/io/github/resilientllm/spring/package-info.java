/**
 * What Spring applications see of resilient-llm: annotations, the registry of clients, and hooks.
 */
@NullMarked
package io.github.resilientllm.spring;

import org.jspecify.annotations.NullMarked;
