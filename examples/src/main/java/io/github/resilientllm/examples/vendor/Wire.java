package io.github.resilientllm.examples.vendor;

import com.github.tomakehurst.wiremock.common.Json;
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
  Question read(String path, String body);

  /** A whole answer. */
  String answer(Question question, String text);

  /** The events of an answer; without their end if fewer words are sent than there are. */
  String events(Question question, List<String> words, int sent);

  /** A whole answer that calls a tool. */
  String call(Question question, Reply.ToolUse use);

  /** The events of an answer that calls a tool. */
  String callEvents(Question question, Reply.ToolUse use);

  /** The body of an error. */
  String error(Reply.Refusal refusal);

  /** A JSON string. */
  static String quote(String text) {
    return Json.write(text);
  }

  /** The length of what is asked. */
  static int asked(Question question) {
    return Prose.words(question.text()).size();
  }
}
