/**
 * Faults on purpose in a running application: a provider around a real one. Needs {@code
 * resilient-llm-api}.
 */
@NullMarked
package io.github.resilientllm.test.chaos;

import org.jspecify.annotations.NullMarked;
