/**
 * The journal: statements ({@code Statements}, and {@code Row} for what they read), one
 * conversation as its writer sees it ({@code HeldLog}), all of them ({@code Conversations}), what
 * keeps the right to write ({@code Heartbeat}), and what is damage ({@code Judge}).
 */
@NullMarked
package io.github.resilientllm.postgres.internal.journal;

import org.jspecify.annotations.NullMarked;
