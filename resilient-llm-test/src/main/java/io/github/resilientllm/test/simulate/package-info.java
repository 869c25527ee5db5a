/**
 * Plans for an outage: the real engine, on virtual time, under a load and a trace of incidents,
 * policy beside policy. Needs {@code resilient-llm-core}.
 */
@NullMarked
package io.github.resilientllm.test.simulate;

import org.jspecify.annotations.NullMarked;
