/**
 * Vendors for the methods of JUnit 5 and 6: {@link
 * io.github.resilientllm.test.junit.LlmOutageTest}. The only package that knows JUnit.
 */
@NullMarked
package io.github.resilientllm.test.junit;

import org.jspecify.annotations.NullMarked;
