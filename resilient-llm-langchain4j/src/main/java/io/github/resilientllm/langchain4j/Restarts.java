package io.github.resilientllm.langchain4j;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.LlmException;
import java.util.List;
import java.util.stream.Collectors;

/** An answer that begins again, for readers who cannot be told to clear what they show. */
final class Restarts {
  private Restarts() {}

  /** The end of a stream that cannot go on, with what it has shown. */
  static LlmException refused(ChatEvent.Restarted again, CharSequence shown) {
    return new LlmException(
        again.after(),
        "the answer broke off after "
            + shown.length()
            + " characters and was begun again, which LangChain4j's handlers have no word for; set"
            + " Fallback.MidStream.CONTINUE, or LangChain4jModels.withRestartsTold(true)",
        List.of(),
        shown.toString(),
        null,
        null);
  }

  /** The text that an event shows. */
  static String textOf(ChatEvent event) {
    if (event instanceof ChatEvent.NativeDelta told) {
      if (told.meaning().size() == 1) { // as almost all
        return textOf(told.meaning().get(0));
      }
      return told.meaning().stream().map(Restarts::textOf).collect(Collectors.joining());
    }
    return event instanceof ChatEvent.TextDelta text ? text.text() : "";
  }
}
