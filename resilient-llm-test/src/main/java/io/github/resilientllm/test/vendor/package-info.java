/**
 * Vendors that run inside this process, on loopback, speak real vendors' wire formats, and
 * misbehave byte by byte as they are told.
 *
 * <p>A {@link io.github.resilientllm.test.vendor.Behaviour} decides, a {@link
 * io.github.resilientllm.test.vendor.Reply} says what is done, and the log of a {@link
 * io.github.resilientllm.test.vendor.LocalVendor} is what the vendor saw. Nothing here knows the
 * library or any other client.
 */
@NullMarked
package io.github.resilientllm.test.vendor;

import org.jspecify.annotations.NullMarked;
