/**
 * The disk, the locks, the threads, and one conversation's file as its writer sees it: an append
 * goes from {@code FileLog} to a batch to {@code LogFile}. It knows lines and no judgement on what
 * others left in a file, which is {@code check}'s.
 */
@NullMarked
package io.github.resilientllm.internal.journal.file;

import org.jspecify.annotations.NullMarked;
