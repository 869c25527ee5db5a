package io.github.resilientllm.peers;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import io.github.resilientllm.test.judge.Client;
import io.github.resilientllm.test.judge.Judge;
import io.github.resilientllm.test.judge.Said;
import io.github.resilientllm.test.judge.Scenarios;
import io.github.resilientllm.test.judge.Setting;
import io.github.resilientllm.test.judge.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * LangChain4j's OpenAI models by their defaults on the scorecard, in full; writes the verdicts to a
 * file.
 */
final class Judged implements Client {
  private final OpenAiChatModel whole;
  private final OpenAiStreamingChatModel streaming;

  private Judged(Setting setting) {
    var forWhole =
        OpenAiChatModel.builder()
            .baseUrl(setting.first().baseUrl())
            .apiKey(Setting.KEY)
            .modelName(Setting.FIRST_MODEL);
    var forStreams =
        OpenAiStreamingChatModel.builder()
            .baseUrl(setting.first().baseUrl())
            .apiKey(Setting.KEY)
            .modelName(Setting.FIRST_MODEL);
    setting.timeout().ifPresent(forWhole::timeout);
    setting.timeout().ifPresent(forStreams::timeout);
    whole = forWhole.build();
    streaming = forStreams.build();
  }

  /** Judges it. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Subject subject = Subject.of("langchain4j-open-ai 1.19.0", Judged::new);
    Files.write(Path.of(args[0]), Judge.inFull().play(Scenarios.all(), subject).lines());
    System.exit(0);
  }

  @Override
  public Said ask(String question, boolean streamed) throws Exception {
    UserMessage message = UserMessage.from(question);
    if (!streamed) {
      return said(whole.chat(message));
    }
    // The first of the two callbacks: an error that a completion follows is an error.
    CompletableFuture<ChatResponse> end = new CompletableFuture<>();
    streaming.chat(
        List.of(message),
        new StreamingChatResponseHandler() {
          @Override
          public void onPartialResponse(String partial) {}

          @Override
          public void onCompleteResponse(ChatResponse response) {
            end.complete(response);
          }

          @Override
          public void onError(Throwable error) {
            end.completeExceptionally(error);
          }
        });
    return said(end.get()); // the judge's patience ends it
  }

  private static Said said(ChatResponse response) {
    String text = response.aiMessage().text();
    Integer tokens =
        response.tokenUsage() == null ? null : response.tokenUsage().outputTokenCount();
    return new Said(
        text == null ? "" : text,
        String.valueOf(response.finishReason()),
        String.valueOf(response.modelName()),
        tokens == null ? -1 : tokens);
  }
}
