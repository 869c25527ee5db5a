package io.github.resilientllm.examples.snippets;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.OpenAi;
import java.io.PrintStream;

/** An answer as it is written, with what to show when a vendor dies in mid-sentence. */
public final class Streaming {
  private Streaming() {}

  /** Asks OpenAI. */
  public static void main(String[] args) {
    LlmClient llm =
        ResilientLlm.with(
                OpenAi.model("gpt-4.1-mini").apiKey(ApiKey.fromEnv("OPENAI_API_KEY")).build())
            .build();
    tell(llm, System.out);
  }

  static void tell(LlmClient llm, PrintStream out) {
    try (ChatStream stream = llm.stream("Tell me a short story about a lighthouse.")) {
      for (ChatEvent event : stream) {
        if (event instanceof ChatEvent.TextDelta delta) {
          out.print(delta.text());
        } else if (event instanceof ChatEvent.Restarted restarted) {
          out.println("\n--- " + restarted.target() + " begins again ---");
        } else if (event instanceof ChatEvent.Continued continued) {
          out.print(" [" + continued.target() + " goes on] ");
        } else if (event instanceof ChatEvent.Finished finished) {
          out.println("\n(" + finished.response().answeredBy() + ")");
        }
      }
    }
  }
}
