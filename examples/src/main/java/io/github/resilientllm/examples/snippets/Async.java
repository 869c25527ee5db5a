package io.github.resilientllm.examples.snippets;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.OpenAi;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Several questions at once, without a thread that waits for each. */
public final class Async {
  private Async() {}

  /** Asks OpenAI. */
  public static void main(String[] args) {
    LlmClient llm =
        ResilientLlm.with(
                OpenAi.model("gpt-4.1-mini").apiKey(ApiKey.fromEnv("OPENAI_API_KEY")).build())
            .build();
    translate(llm, List.of("bread", "water", "salt"), System.out);
  }

  static void translate(LlmClient llm, List<String> words, PrintStream out) {
    List<CompletableFuture<ChatResponse>> answers =
        words.stream()
            .map(word -> ChatRequest.of("What is \"" + word + "\" in Italian? One word."))
            .map(llm::chatAsync) // cancelling such a future ends its call on the wire
            .toList();
    for (CompletableFuture<ChatResponse> answer : answers) {
      out.println(answer.join().text());
    }
  }
}
