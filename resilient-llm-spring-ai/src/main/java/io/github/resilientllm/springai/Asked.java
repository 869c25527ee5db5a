package io.github.resilientllm.springai;

import io.github.resilientllm.internal.thread.AskedFrom;
import io.micrometer.context.ContextSnapshot;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.util.context.ContextView;

/**
 * A prompt on its way through the engine, with what is known where it was asked.
 *
 * @param prompt as the application made it
 * @param translated how many messages the request has that hold the prompt's; the engine may have
 *     added some behind them
 * @param base the options that the prompt's may have been made from
 * @param whole whether a whole response is wanted, also where the answer is streamed
 * @param from the caller's thread
 * @param threads what the caller's thread carried besides
 * @param context what the subscriber carried
 */
record Asked(
    Prompt prompt,
    int translated,
    ChatOptions base,
    boolean whole,
    AskedFrom from,
    ContextSnapshot threads,
    ContextView context) {

  /** A task that finds on its thread what it would find on the caller's. */
  Runnable around(Runnable task) {
    return from.around(threads.wrap(task));
  }

  /** Shows no content, as a prompt's own would. */
  @Override
  public String toString() {
    return "Asked[" + translated + " messages]";
  }
}
