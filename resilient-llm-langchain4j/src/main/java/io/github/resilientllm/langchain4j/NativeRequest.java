package io.github.resilientllm.langchain4j;

import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.request.ChatRequest;
import io.github.resilientllm.internal.thread.AskedFrom;

/**
 * A request as LangChain4j's user made it, which goes with ours through the engine.
 *
 * @param request unchanged
 * @param options what goes with it to the listeners of the model
 * @param messages how many of the messages of our request are its; those behind them are the
 *     engine's
 * @param from the thread that asks
 */
record NativeRequest(
    ChatRequest request, ChatRequestOptions options, int messages, AskedFrom from) {
  /** Shows no content. */
  @Override
  public String toString() {
    return "NativeRequest[" + messages + " messages]";
  }
}
