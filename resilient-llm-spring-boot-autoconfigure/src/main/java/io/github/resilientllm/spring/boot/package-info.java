/** Providers, targets, policies and the journal from properties, as beans. */
@NullMarked
package io.github.resilientllm.spring.boot;

import org.jspecify.annotations.NullMarked;
