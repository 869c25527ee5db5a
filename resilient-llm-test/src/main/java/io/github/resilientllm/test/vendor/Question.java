package io.github.resilientllm.test.vendor;

import java.util.List;

/**
 * What a request asks, as far as a local vendor cares, whatever its wire format.
 *
 * @param model the model it names
 * @param text the last message's text
 * @param before the texts of the messages before it, oldest first
 * @param streaming whether the answer is to be streamed
 * @param toolResults the ids of the tool calls whose results are in the history, oldest first; an
 *     empty one where the request names none
 * @param lastRole whose the last message is, in OpenAI's words: {@code user}, {@code assistant},
 *     {@code tool}
 * @param body the request's body as it came, for what has no other words here; empty where the
 *     vendor saw none, or no longer keeps it
 */
public record Question(
    String model,
    String text,
    List<String> before,
    boolean streaming,
    List<String> toolResults,
    String lastRole,
    String body) {

  /** How many messages there are, so that a repeated question is answered afresh. */
  public int turn() {
    return before.size() + 1;
  }

  Question withBody(String text) {
    return new Question(model, this.text, before, streaming, toolResults, lastRole, text);
  }

  /**
   * A question, without its body, of messages by their texts; without any, the question is empty.
   */
  static Question of(
      String model,
      List<String> texts,
      boolean streaming,
      List<String> toolResults,
      String lastRole) {
    int last = texts.size() - 1;
    return last < 0
        ? new Question(model, "", List.of(), streaming, toolResults, lastRole, "")
        : new Question(
            model,
            texts.get(last),
            List.copyOf(texts.subList(0, last)),
            streaming,
            toolResults,
            lastRole,
            "");
  }
}
