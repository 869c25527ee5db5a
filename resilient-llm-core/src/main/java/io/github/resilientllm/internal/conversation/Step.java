package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.chat.Message;
import org.jspecify.annotations.Nullable;

/** What a turn begins with. */
public sealed interface Step {

  /**
   * Something new is said: a question, or the results of tools.
   *
   * @param key under which the answer is found again; null for none
   * @param message the user's or the tools'
   */
  record Say(@Nullable String key, Message message) implements Step {}

  /**
   * An open turn goes on.
   *
   * @param fromPartialText whether from what was said of the answer, or with a new one
   */
  record Resume(boolean fromPartialText) implements Step {}
}
