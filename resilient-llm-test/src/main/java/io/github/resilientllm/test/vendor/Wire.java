package io.github.resilientllm.test.vendor;

import java.io.IOException;
import java.util.List;

/**
 * A vendor's wire format. One word is counted as one token, which is near enough for a vendor that
 * bills nobody.
 */
interface Wire {

  /** The format of the vendor whose clients ask at this path. */
  static Wire of(String path) {
    if (path.endsWith("/messages")) {
      return new AnthropicWire();
    }
    return path.contains(":generateContent") || path.contains(":streamGenerateContent")
        ? new GeminiWire()
        : new OpenAiWire();
  }

  /** Reads a request. */
  Question read(String path, String body) throws IOException;

  /** A whole answer. */
  String answer(Question question, String text, Step.Finished finish);

  /** What a stream begins with; empty if with its first word. */
  String start(Question question);

  /**
   * A word of a stream.
   *
   * @param number 1 for the first
   */
  String word(Question question, String word, int number);

  /** What a stream says at its end, after so many words, without {@link #marker}. */
  String end(Question question, int words, Step.Finished finish);

  /** The very last thing in a stream; empty if the vendor has none. */
  String marker();

  /** An error inside a stream. */
  String errorEvent(Reply.Refusal refusal);

  /** A whole answer that calls a tool. */
  String call(Question question, Reply.ToolUse use);

  /** The events of an answer that calls a tool. */
  String callEvents(Question question, Reply.ToolUse use);

  /** The body of an error. */
  String error(Reply.Refusal refusal);

  /** Whose the last message is, in OpenAI's words. */
  static String lastRole(List<Fields> messages) {
    String role = messages.isEmpty() ? "" : messages.get(messages.size() - 1).text("role");
    return role.equals("model") ? "assistant" : role;
  }

  /** A JSON string. */
  static String quote(String text) {
    return Json.quote(text);
  }

  /** The length of what is asked. */
  static int asked(Question question) {
    return Prose.words(question.text()).size();
  }
}
