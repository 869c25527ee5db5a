/**
 * Vendors on this machine, and the switch that breaks them: what lets the desk run without keys.
 */
@NullMarked
package io.github.resilientllm.examples.desk.local;

import org.jspecify.annotations.NullMarked;
