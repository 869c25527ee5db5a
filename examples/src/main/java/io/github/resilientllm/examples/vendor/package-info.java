/** Vendors that run inside this process, on loopback, and speak OpenAI's wire format. */
@NullMarked
package io.github.resilientllm.examples.vendor;

import org.jspecify.annotations.NullMarked;
