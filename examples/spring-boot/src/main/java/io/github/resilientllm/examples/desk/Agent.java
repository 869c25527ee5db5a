package io.github.resilientllm.examples.desk;

import io.github.resilientllm.Conversation;
import io.github.resilientllm.TurnKey;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmFallback;
import org.springframework.stereotype.Service;

/** Who answers: a model, whichever of them is up, or at last a sentence of our own. */
@Service
class Agent {
  /** The policy that serves the conversations. */
  private static final String POLICY = "support";

  /** Who is said to have answered when no model did. */
  private static final String NOBODY = "last resort";

  private static final String INSTRUCTIONS =
      "You are the support agent of a web shop. Answer in at most 100 words, friendly and to the"
          + " point. You cannot look anything up.";

  private final LlmClients clients;

  Agent(LlmClients clients) {
    this.clients = clients;
  }

  /** Answers a question; the ticket keeps both. */
  @LlmFallback(policy = POLICY, method = "apologize")
  public ChatStream answer(String ticket, Question question) {
    return conversation(ticket).stream(TurnKey.of(question.key()), question.text());
  }

  /** Goes on with what an outage, a restart or a closed browser left open. */
  @LlmFallback(policy = POLICY, method = "apologize")
  public ChatStream resume(String ticket) {
    return conversation(ticket).resumeStream(Conversation.Resume.GO_ON);
  }

  /** The ticket's conversation, new or as it was left. */
  Conversation conversation(String ticket) {
    return clients.conversation(POLICY, ticket).instructed(INSTRUCTIONS);
  }

  /** The last resort of both. */
  ChatStream apologize(LlmException failed) {
    String text =
        "None of our agents can answer right now. Your question is kept in this ticket; ask again"
            + " in a moment, or write to support@example.com.";
    return ChatStream.of(
        () -> ChatResponse.builder().text(text).answeredBy(NOBODY, failed.attempts()).build());
  }
}
