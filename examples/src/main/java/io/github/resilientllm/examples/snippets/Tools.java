package io.github.resilientllm.examples.snippets;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.OpenAi;
import java.util.function.Function;

/** A tool loop: the model asks for what it needs to know, the program looks it up. */
public final class Tools {
  private static final int MOST_ROUNDS = 5; // a model that never stops asking is stopped

  private static final Tool STOCK =
      Tool.of(
          "stock",
          "How many pieces of an article are in stock",
          """
          {"type": "object", "required": ["article"],
           "properties": {"article": {"type": "string"}}}""");

  private Tools() {}

  /** Asks OpenAI. */
  public static void main(String[] args) {
    LlmClient llm =
        ResilientLlm.with(
                OpenAi.model("gpt-4.1-mini").apiKey(ApiKey.fromEnv("OPENAI_API_KEY")).build())
            .build();
    System.out.println(answer(llm, "How many red bicycles do you have?", arguments -> "7"));
  }

  static String answer(LlmClient llm, String question, Function<String, String> stock) {
    ChatRequest request = ChatRequest.builder().user(question).tool(STOCK).build();
    for (int round = 0; round < MOST_ROUNDS; round++) {
      ChatResponse answer = llm.chat(request);
      if (answer.toolCalls().isEmpty()) {
        return answer.text();
      }
      ToolResult[] results =
          answer.toolCalls().stream()
              .map((ToolCall call) -> ToolResult.of(call.id(), stock.apply(call.arguments())))
              .toArray(ToolResult[]::new);
      request =
          request.toBuilder().message(answer.message()).message(Message.tool(results)).build();
    }
    return "The model kept asking for more.";
  }
}
