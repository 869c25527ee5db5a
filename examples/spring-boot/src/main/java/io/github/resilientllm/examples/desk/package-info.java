/** A support desk that goes on answering while its model's vendor is down. */
@NullMarked
package io.github.resilientllm.examples.desk;

import org.jspecify.annotations.NullMarked;
