package io.github.resilientllm.spring.internal;

import io.github.resilientllm.Conversation;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Role;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A request as the next thing that is said in a conversation.
 *
 * @param instructions its system messages, joined; null if it has none
 * @param message what is said: a question or the results of tools
 * @param settings what else it asks for
 */
record NextTurn(@Nullable String instructions, Message message, ChatRequest settings) {

  /**
   * Takes a request apart.
   *
   * @throws IllegalArgumentException if it brings a history of its own
   */
  static NextTurn of(ChatRequest request) {
    List<Message> said =
        request.messages().stream().filter(message -> message.role() != Role.SYSTEM).toList();
    if (said.size() != 1 || said.get(0).role() == Role.ASSISTANT) {
      throw new IllegalArgumentException(
          "A request inside of a conversation has one message to say, a question or the results of"
              + " tools, and this one has "
              + said.stream().map(message -> message.role().name()).toList()
              + "; the journal keeps what was said before. Send the last message only; or ask by a"
              + " client of a policy's name (@Llm(\"...\")), which is in no conversation, or in a"
              + " method with @LlmFallback(conversation = LlmFallback.NO_CONVERSATION).");
    }
    String instructions =
        said.size() == request.messages().size()
            ? null
            : request.messages().stream()
                .filter(message -> message.role() == Role.SYSTEM)
                .map(Message::text)
                .collect(Collectors.joining("\n\n"));
    return new NextTurn(instructions, said.get(0), request);
  }

  /** The conversation that asks as the request does. */
  Conversation in(Conversation conversation) {
    Conversation asking = conversation.asking(next -> next.settingsOf(settings));
    return instructions == null ? asking : asking.instructed(instructions);
  }
}
