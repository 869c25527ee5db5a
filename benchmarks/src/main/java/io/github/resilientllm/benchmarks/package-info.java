/** What the library costs, measured beside what it replaces; see {@code docs/benchmarks.md}. */
@NullMarked
package io.github.resilientllm.benchmarks;

import org.jspecify.annotations.NullMarked;
