package io.github.resilientllm.peers;

import io.github.resilientllm.test.judge.Client;
import io.github.resilientllm.test.judge.Judge;
import io.github.resilientllm.test.judge.Said;
import io.github.resilientllm.test.judge.Scenarios;
import io.github.resilientllm.test.judge.Setting;
import io.github.resilientllm.test.judge.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;

/**
 * Spring AI's {@code ChatClient} over its OpenAI model, by their defaults, on the scorecard, in
 * full; writes the verdicts.
 */
final class Judged implements Client {
  private final ChatClient client;

  private Judged(Setting setting) {
    var options =
        OpenAiChatOptions.builder()
            .baseUrl(setting.first().baseUrl())
            .apiKey(Setting.KEY)
            .streamUsage(true)
            .model(Setting.FIRST_MODEL);
    setting.timeout().ifPresent(options::timeout);
    client = ChatClient.create(OpenAiChatModel.builder().options(options.build()).build());
  }

  /** Judges it. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Subject subject = Subject.of("Spring AI 2.0.1 ChatClient", Judged::new);
    Files.write(Path.of(args[0]), Judge.inFull().play(Scenarios.all(), subject).lines());
    System.exit(0);
  }

  @Override
  public Said ask(String question, boolean streaming) {
    Said all = Said.text("");
    if (!streaming) {
      ChatResponse answer = client.prompt(question).call().chatResponse();
      return answer == null ? all : more(all, answer);
    }
    for (ChatResponse part : client.prompt(question).stream().chatResponse().toIterable()) {
      all = more(all, part);
    }
    return all;
  }

  /** What has been said, and one part more. */
  private static Said more(Said all, ChatResponse part) {
    var used = part.getMetadata().getUsage();
    Integer tokens = used == null ? null : used.getCompletionTokens();
    String text = part.getResult() == null ? null : part.getResult().getOutput().getText();
    String finish =
        part.getResult() == null ? null : part.getResult().getMetadata().getFinishReason();
    String model = part.getMetadata().getModel();
    return new Said(
        all.text() + (text == null ? "" : text),
        finish == null || finish.isEmpty() ? all.finish() : finish,
        model == null || model.isEmpty() ? all.model() : model,
        tokens == null || tokens == 0 ? all.outputTokens() : tokens);
  }
}
