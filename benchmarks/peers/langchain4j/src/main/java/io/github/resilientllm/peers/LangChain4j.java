package io.github.resilientllm.peers;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.langchain4j.LangChain4jModels;
import io.github.resilientllm.langchain4j.LangChain4jProvider;
import io.github.resilientllm.load.Contestant;
import io.github.resilientllm.policy.Retry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * LangChain4j's OpenAI models by their defaults, but for what the scenario sets; alone, or as our
 * targets.
 */
final class LangChain4j implements Contestant {
  private static final String MODEL = "gpt-4.1-nano";

  private final ChatModel whole;
  private final StreamingChatModel streaming;
  private final long patienceMillis;

  private LangChain4j(Setup setup, boolean ours) {
    OpenAiChatModel theirWhole =
        OpenAiChatModel.builder()
            .baseUrl(setup.url())
            .apiKey("load")
            .modelName(MODEL)
            .maxRetries(ours ? 0 : setup.maxAttempts() - 1)
            .timeout(setup.timeout())
            .build();
    OpenAiStreamingChatModel theirStreaming =
        OpenAiStreamingChatModel.builder()
            .baseUrl(setup.url())
            .apiKey("load")
            .modelName(MODEL)
            .timeout(setup.timeout())
            .build();
    if (ours) {
      LangChain4jModels models =
          LangChain4jModels.over(
              ResilientLlm.with(LangChain4jProvider.of(theirWhole, theirStreaming))
                  .retry(Retry.upTo(setup.maxAttempts()))
                  .deadline(setup.timeout())
                  .build());
      whole = models.chatModel();
      streaming = models.streamingChatModel();
    } else {
      whole = theirWhole;
      streaming = theirStreaming;
    }
    patienceMillis =
        setup.timeout().toMillis() * 2; // a call without an end must not stop the round
  }

  @Override
  public String chat(List<String> messages) {
    return whole.chat(history(messages)).aiMessage().text();
  }

  @Override
  public String stream(List<String> messages, Runnable piece) throws Exception {
    CompletableFuture<String> end = new CompletableFuture<>();
    streaming.chat(
        history(messages),
        new StreamingChatResponseHandler() {
          @Override
          public void onPartialResponse(String partial) {
            piece.run();
          }

          @Override
          public void onCompleteResponse(ChatResponse response) {
            end.complete(String.valueOf(response.aiMessage().text()));
          }

          @Override
          public void onError(Throwable error) {
            end.completeExceptionally(error);
          }
        });
    return end.get(patienceMillis, TimeUnit.MILLISECONDS);
  }

  private static List<ChatMessage> history(List<String> messages) {
    List<ChatMessage> history = new ArrayList<>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      String text = messages.get(i);
      boolean asks = (messages.size() - i) % 2 == 1;
      history.add(asks ? UserMessage.from(text) : AiMessage.from(text));
    }
    return history;
  }

  /** Makes it. */
  public static final class Factory implements Contestant.Factory {
    @Override
    public String name() {
      return "langchain4j";
    }

    @Override
    public Contestant create(Setup setup) {
      return new LangChain4j(setup, false);
    }
  }

  /** Makes it with us around it. */
  public static final class LaneFactory implements Contestant.Factory {
    @Override
    public String name() {
      return "langchain4j+lane";
    }

    @Override
    public Contestant create(Setup setup) {
      return new LangChain4j(setup, true);
    }
  }
}
