/**
 * Small programs, one for each thing that the README shows. Each has a {@code main} for a real
 * vendor and a method that takes its client, so that a test can run it against a local one.
 */
@NullMarked
package io.github.resilientllm.examples.snippets;

import org.jspecify.annotations.NullMarked;
