/**
 * What one pass over a file finds, and what follows from it: whole, torn, damaged or of a newer
 * version; recovered before writing, repaired on request, read into entries, listed by its ends. It
 * writes new versions only, with what {@code file} has for that.
 */
@NullMarked
package io.github.resilientllm.internal.journal.check;

import org.jspecify.annotations.NullMarked;
