/** A small command line: commands, options, one clear line for each mistake. */
@NullMarked
package io.github.resilientllm.examples.cli;

import org.jspecify.annotations.NullMarked;
