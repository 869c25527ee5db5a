package io.github.resilientllm.langchain4j;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.LlmException;

/** An answer that begins again, for readers who cannot be told to clear what they show. */
final class Restarts {
  private Restarts() {}

  /** The end of a stream that cannot go on: nothing was shown yet if the length is 0. */
  static LlmException refused(ChatEvent.Restarted again, int shown) {
    return new LlmException(
        again.after(),
        "the answer broke off after "
            + shown
            + " characters and was begun again, which LangChain4j's handlers have no word for; set"
            + " Fallback.MidStream.CONTINUE, or LangChain4jModels.withRestartsTold(true)");
  }

  /** How many characters of text an event shows. */
  static int lengthOf(ChatEvent event) {
    if (event instanceof ChatEvent.NativeDelta told) {
      return told.meaning().stream().mapToInt(Restarts::lengthOf).sum();
    }
    return event instanceof ChatEvent.TextDelta text ? text.text().length() : 0;
  }
}
