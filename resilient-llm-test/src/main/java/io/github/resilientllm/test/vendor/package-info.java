/** Vendors that run inside this process, on loopback, and speak real vendors' wire formats. */
@NullMarked
package io.github.resilientllm.examples.vendor;

import org.jspecify.annotations.NullMarked;
