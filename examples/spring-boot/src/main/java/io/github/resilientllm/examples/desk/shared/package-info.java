/**
 * Two desks on one database, each a process of its own: what lets one be killed at the reader's.
 */
@NullMarked
package io.github.resilientllm.examples.desk.shared;

import org.jspecify.annotations.NullMarked;
