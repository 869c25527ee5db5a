package io.github.resilientllm.spring.docs;

import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmFallback;
import java.util.ArrayList;
import java.util.List;

/** The documentation's example of a fallback. */
class Bot {
  private final LlmClient llm;
  private final Tickets tickets = new Tickets();

  Bot(LlmClient llm) {
    this.llm = llm;
  }

  @LlmFallback(policy = "support", method = "offline", conversation = "#ticket", timeout = "20s")
  public String answer(String ticket, String question) {
    tickets.open(ticket); // runs once, whatever the vendors do
    return llm.chat(question).text(); // retries, hedges and other vendors: here
  }

  String offline(String ticket, String question, LlmException failure) {
    return "We are busy, please try again later.";
  }

  /** The tickets that were opened. */
  List<String> opened() {
    return tickets.opened;
  }

  private static final class Tickets {
    private final List<String> opened = new ArrayList<>();

    void open(String ticket) {
      opened.add(ticket);
    }
  }
}
