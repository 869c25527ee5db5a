package io.github.resilientllm.langchain4j;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.LlmException;
import java.util.List;
import java.util.stream.Collectors;

/** An answer that begins again, for readers who cannot be told to clear what they show. */
final class Restarts {
  private Restarts() {}

  /**
   * Lets a stream begin again.
   *
   * @param told whether its reader can be told so
   * @param called whether it was told a whole tool call: its tool may be running, and another
   *     beginning would call it once more
   * @throws LlmException with what was shown, if the stream cannot go on
   */
  static void allow(ChatEvent.Restarted again, CharSequence shown, boolean told, boolean called) {
    if (called) {
      throw refused(again, shown, "a tool that it called may have run already");
    }
    if (!told) {
      throw refused(
          again,
          shown,
          "LangChain4j's handlers have no word for it; Fallback.MidStream.CONTINUE goes on with"
              + " longer texts, and LangChain4jModels.withRestartsTold(true) tells it");
    }
  }

  private static LlmException refused(ChatEvent.Restarted again, CharSequence shown, String why) {
    return new LlmException(
        again.after(),
        "the answer broke off after "
            + shown.length()
            + " characters and was to begin again, but "
            + why,
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
