/**
 * The runnable jar: one {@link io.github.resilientllm.examples.Main} and a table of its commands.
 */
@NullMarked
package io.github.resilientllm.examples;

import org.jspecify.annotations.NullMarked;
