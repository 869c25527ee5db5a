package io.github.resilientllm.peers;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.github.resilientllm.load.Contestant;
import java.util.List;

/** OpenAI's own client by its defaults, but for what the scenario sets. */
final class OpenAiJava implements Contestant {
  private final OpenAIClient client;

  private OpenAiJava(Setup setup) {
    client =
        OpenAIOkHttpClient.builder()
            .baseUrl(setup.url())
            .apiKey("load")
            .maxRetries(setup.maxAttempts() - 1)
            .timeout(setup.timeout())
            .build();
  }

  @Override
  public String chat(List<String> messages) {
    return client
        .chat()
        .completions()
        .create(request(messages))
        .choices()
        .get(0)
        .message()
        .content()
        .orElseThrow();
  }

  @Override
  public String stream(List<String> messages, Runnable piece) {
    StringBuilder text = new StringBuilder();
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(request(messages))) {
      stream.stream()
          .flatMap(chunk -> chunk.choices().stream())
          .flatMap(choice -> choice.delta().content().stream())
          .forEach(
              content -> {
                piece.run();
                text.append(content);
              });
    }
    return text.toString();
  }

  private static ChatCompletionCreateParams request(List<String> messages) {
    ChatCompletionCreateParams.Builder request =
        ChatCompletionCreateParams.builder().model("gpt-4.1-nano");
    for (int i = 0; i < messages.size(); i++) {
      boolean asks = (messages.size() - i) % 2 == 1;
      if (asks) {
        request.addUserMessage(messages.get(i));
      } else {
        request.addAssistantMessage(messages.get(i));
      }
    }
    return request.build();
  }

  /** Makes it. */
  public static final class Factory implements Contestant.Factory {
    @Override
    public String name() {
      return "openai-java";
    }

    @Override
    public Contestant create(Setup setup) {
      return new OpenAiJava(setup);
    }
  }
}
