package io.github.resilientllm.examples.snippets;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.CallListener;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.provider.LlmProvider;
import java.io.PrintStream;

/** What happens inside a call, for metrics and logs; no event holds a prompt or an answer. */
public final class Listener {
  private Listener() {}

  /** Asks OpenAI and tells how it went. */
  public static void main(String[] args) {
    LlmProvider gpt = OpenAi.model("gpt-4.1-mini").apiKey(ApiKey.fromEnv("OPENAI_API_KEY")).build();
    ask(gpt, System.out);
  }

  static void ask(LlmProvider provider, PrintStream out) {
    LlmClient llm = ResilientLlm.with(provider).listener(printingTo(out)).build();
    llm.chat("Are you there?");
  }

  static CallListener printingTo(PrintStream out) {
    return event -> {
      if (event instanceof CallEvent.AttemptEnded ended) {
        out.println(ended.attempt());
      } else if (event instanceof CallEvent.RetryScheduled retry) {
        out.println("again in " + retry.delay().toMillis() + " ms");
      } else if (event instanceof CallEvent.BreakerChanged breaker) {
        out.println(breaker.target() + " is " + breaker.to());
      } else if (event instanceof CallEvent.CallEnded call) {
        out.println(call.outcome() + " after " + call.duration().toMillis() + " ms");
      }
    };
  }
}
