/**
 * Vendors that misbehave on a script in words, and verdicts on any client that met them.
 *
 * <p>A {@link io.github.resilientllm.test.Vendor} is a server on loopback; a {@link
 * io.github.resilientllm.test.Call} is one call of the code under test, observed from outside;
 * {@link io.github.resilientllm.test.LlmAssertions} says what must be true of it. Nothing here
 * knows which client made the call.
 */
@NullMarked
package io.github.resilientllm.test;

import org.jspecify.annotations.NullMarked;
