package io.github.resilientllm.examples.vendor;

import java.util.List;

/**
 * What a request asks, as far as a local vendor cares, whatever its wire format.
 *
 * @param model the model it names
 * @param text the last message's text
 * @param turn how many messages came before, so that a repeated question is answered afresh
 * @param streaming whether the answer is to be streamed
 * @param toolResults the ids of the tool calls whose results are in the history, oldest first; an
 *     empty one where the request names none
 */
public record Question(
    String model, String text, int turn, boolean streaming, List<String> toolResults) {

  /** The last of some messages; empty if there is none. */
  static Fields last(List<Fields> messages) {
    return messages.isEmpty() ? Fields.of(null) : messages.get(messages.size() - 1);
  }
}
