/** The terminal chat. */
@NullMarked
package io.github.resilientllm.examples.chat;

import org.jspecify.annotations.NullMarked;
