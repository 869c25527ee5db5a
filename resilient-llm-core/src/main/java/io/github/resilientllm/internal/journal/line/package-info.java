/**
 * The format of a conversation's file, as {@code docs/journal-format.md} describes it: lines, what
 * is in them, and the sealing of bodies. No I/O and no file here; who writes lines is in {@code
 * file}, who judges them in {@code check}.
 */
@NullMarked
package io.github.resilientllm.internal.journal.line;

import org.jspecify.annotations.NullMarked;
