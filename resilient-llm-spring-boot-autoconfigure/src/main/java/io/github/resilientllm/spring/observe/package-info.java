/** Health, endpoints, metrics and traces of an application's clients. */
@NullMarked
package io.github.resilientllm.spring.observe;

import org.jspecify.annotations.NullMarked;
