/**
 * What a caller sees: {@link io.github.resilientllm.chat.LlmClient} and the requests, answers,
 * streams and errors that go through it.
 */
@NullMarked
package io.github.resilientllm.chat;

import org.jspecify.annotations.NullMarked;
