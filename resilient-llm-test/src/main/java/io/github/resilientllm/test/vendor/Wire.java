package io.github.resilientllm.test.vendor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A vendor's wire format. One word is counted as one token, which is near enough for a vendor that
 * bills nobody.
 */
interface Wire {

  /** Whether clients of one of the vendors ask for answers at this path. */
  static boolean isSpokenAt(String path) {
    return path.endsWith("/chat/completions") || !(of(path) instanceof OpenAiWire);
  }

  /** The format of the vendor whose clients ask at this path; OpenAI's if it is no other's. */
  static Wire of(String path) {
    if (path.endsWith("/messages")) {
      return new AnthropicWire();
    }
    if (path.contains(":generateContent") || path.contains(":streamGenerateContent")) {
      return new GeminiWire();
    }
    if (path.endsWith("/converse") || path.endsWith("/converse-stream")) {
      return new BedrockWire();
    }
    if (path.endsWith("/responses")) {
      return new ResponsesWire();
    }
    return path.contains("/openai/") ? OpenAiWire.onAzure() : OpenAiWire.atOpenAi();
  }

  /** Reads a request. */
  Question read(String path, String body) throws IOException;

  /** A whole answer. */
  String answer(Question question, String text, Step.Finished finish);

  /** What a stream begins with; empty if with its first word. */
  byte[] start(Question question);

  /**
   * A word of a stream.
   *
   * @param number 1 for the first
   */
  byte[] word(Question question, String word, int number);

  /** What a stream says at its end, after that text, without {@link #marker}. */
  byte[] end(Question question, String said, Step.Finished finish);

  /** The very last thing in a stream; empty if the vendor has none. */
  default byte[] marker() {
    return new byte[0];
  }

  /** An error inside a stream. */
  byte[] errorEvent(Reply.Refusal refusal);

  /** What keeps a stream alive and says nothing. */
  default byte[] keepAlive() {
    return bytes(": still here\n\n");
  }

  /** A whole answer that calls a tool. */
  String call(Question question, Reply.ToolUse use);

  /** The events of an answer that calls a tool. */
  byte[] callEvents(Question question, Reply.ToolUse use);

  /** What one JSON value of this vendor says: a whole answer, or an event of a stream. */
  String textOf(Fields value);

  /** Whether such a value says that the answer is finished, and not that it is broken. */
  boolean finishes(Fields value);

  /** The JSON values of a body, a stream's events or the whole; what is no JSON is none. */
  static List<Fields> values(String body) {
    List<String> all =
        body.stripLeading().startsWith("{")
            ? List.of(body)
            : body.lines()
                .filter(line -> line.startsWith("data:"))
                .map(line -> line.substring(5).strip())
                .toList();
    return all.stream().flatMap(json -> Fields.ifJson(json).stream()).toList();
  }

  /** The body of an error. */
  String error(Reply.Refusal refusal);

  /** What the head of an error says of it. */
  default Map<String, String> errorHeaders(Reply.Refusal refusal) {
    return Map.of();
  }

  /** The content type of a stream. */
  default String streamType() {
    return "text/event-stream";
  }

  /** Whose the last message is, in OpenAI's words. */
  static String lastRole(List<Fields> messages) {
    String role = messages.isEmpty() ? "" : messages.get(messages.size() - 1).text("role");
    return role.equals("model") ? "assistant" : role;
  }

  /** A JSON string. */
  static String quote(String text) {
    return Json.quote(text);
  }

  /** As it goes over the wire. */
  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  /** The length of what is asked. */
  static int asked(Question question) {
    return Prose.words(question.text()).size();
  }

  /** The length of what is said. */
  static int tokens(String said) {
    return Prose.words(said).size();
  }
}
