package io.github.resilientllm.examples.snippets;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.OpenAi;

/** An answer that obeys a JSON Schema, ready for any JSON library. */
public final class StructuredOutput {
  private static final ResponseFormat TICKET =
      ResponseFormat.jsonSchema(
          "ticket",
          """
          {"type": "object", "additionalProperties": false, "required": ["subject", "urgent"],
           "properties": {"subject": {"type": "string"}, "urgent": {"type": "boolean"}}}""");

  private StructuredOutput() {}

  /** Asks OpenAI. */
  public static void main(String[] args) {
    LlmClient llm =
        ResilientLlm.with(
                OpenAi.model("gpt-4.1-mini").apiKey(ApiKey.fromEnv("OPENAI_API_KEY")).build())
            .build();
    System.out.println(ticket(llm, "My parcel arrived wet and I need it tonight!"));
  }

  static String ticket(LlmClient llm, String mail) {
    ChatRequest request =
        ChatRequest.builder()
            .system("Turn the mail into a ticket.")
            .user(mail)
            .responseFormat(TICKET)
            .build();
    ChatResponse answer = llm.chat(request);
    if (answer.finishReason() == FinishReason.LENGTH) {
      throw new IllegalStateException("The model's token limit cut the JSON; raise it");
    }
    return answer.text();
  }
}
