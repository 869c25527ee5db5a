/** Benchmarks of what the engine keeps to itself; in its package, since nobody else can see it. */
@NullMarked
package io.github.resilientllm.internal.race;

import org.jspecify.annotations.NullMarked;
