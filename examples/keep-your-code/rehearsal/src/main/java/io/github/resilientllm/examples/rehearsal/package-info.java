/**
 * Vendors on this machine, and the outage of one of them: what lets the applications run without
 * keys.
 */
@NullMarked
package io.github.resilientllm.examples.rehearsal;

import org.jspecify.annotations.NullMarked;
