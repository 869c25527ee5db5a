package io.github.resilientllm.examples.snippets;

import io.github.resilientllm.Conversation;
import io.github.resilientllm.FileJournal;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.TurnKey;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.policy.Conversations;
import io.github.resilientllm.policy.Conversations.WhenJournalFails;
import io.github.resilientllm.policy.Conversations.Window;
import io.github.resilientllm.provider.LlmProvider;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;

/** A conversation that survives a crash, with a tool. */
public final class Support {
  private Support() {}

  /** Asks OpenAI; run it twice. */
  public static void main(String[] args) {
    LlmProvider gpt = OpenAi.model("gpt-4.1-mini").apiKey(ApiKey.fromEnv("OPENAI_API_KEY")).build();
    try (Journal journal = FileJournal.at(Path.of("conversations"))) {
      answer(ResilientLlm.with(gpt).journal(journal).build(), System.out);
    }
  }

  static void answer(ResilientLlm llm, PrintStream out) {
    Conversation chat = llm.conversation("ticket-4711").instructed("You are a support agent.");
    chat.resumeIfOpen(); // if a crash or an outage lay between question and answer
    out.println(chat.say("Where is my parcel?").text());
    TurnKey mail = TurnKey.of("mail-17"); // with a key it is asked once
    out.println(chat.say(mail, "And how long does delivery take?").text());
  }

  static Conversation withTools(ResilientLlm llm) {
    Tool tracking =
        Tool.of("track", "Where a parcel is.", "{\"type\":\"object\",\"properties\":{}}");
    return llm.conversation("ticket-4711")
        .asking(request -> request.tool(tracking).temperature(0.2))
        .runningTools(call -> call.result("in Hamburg"));
  }

  static ResilientLlm configured(LlmProvider gpt, Journal journal) {
    return ResilientLlm.with(gpt)
        .journal(journal)
        .conversations(
            Conversations.standard()
                .withWindow(Window.ofTokens(50_000))
                .withJournalFailure(WhenJournalFails.GO_ON_UNDURABLE)
                .withTurnPatience(Duration.ofSeconds(10)))
        .build();
  }
}
