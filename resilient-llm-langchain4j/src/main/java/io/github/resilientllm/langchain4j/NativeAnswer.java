package io.github.resilientllm.langchain4j;

import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.List;

/**
 * The end of an answer as LangChain4j's model gave it.
 *
 * @param trailing the pieces behind the last content, in order; of a whole answer none
 * @param response unchanged
 */
record NativeAnswer(List<Object> trailing, ChatResponse response) {
  NativeAnswer {
    trailing = List.copyOf(trailing);
  }

  /** Shows no content. */
  @Override
  public String toString() {
    return "NativeAnswer[" + trailing.size() + " pieces]";
  }
}
