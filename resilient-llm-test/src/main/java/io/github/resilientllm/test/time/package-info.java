/**
 * Virtual time for tests of code that calls a {@code ResilientLlm}: an hour of outage in
 * milliseconds, and the same seed gives the same run. Needs {@code resilient-llm-core}.
 */
@NullMarked
package io.github.resilientllm.test.time;

import org.jspecify.annotations.NullMarked;
