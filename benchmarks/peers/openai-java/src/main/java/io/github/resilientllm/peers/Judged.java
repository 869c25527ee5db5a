package io.github.resilientllm.peers;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import io.github.resilientllm.test.judge.Client;
import io.github.resilientllm.test.judge.Judge;
import io.github.resilientllm.test.judge.Said;
import io.github.resilientllm.test.judge.Scenarios;
import io.github.resilientllm.test.judge.Setting;
import io.github.resilientllm.test.judge.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;

/** OpenAI's own client by its defaults on the scorecard, in full; writes the verdicts to a file. */
final class Judged implements Client {
  private final OpenAIClient client;

  private Judged(Setting setting) {
    OpenAIOkHttpClient.Builder builder =
        OpenAIOkHttpClient.builder().baseUrl(setting.first().baseUrl()).apiKey(Setting.KEY);
    setting.timeout().ifPresent(builder::timeout);
    client = builder.build();
  }

  /** Judges it. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Subject subject = Subject.of("openai-java 4.101.0", Judged::new);
    Files.write(Path.of(args[0]), Judge.inFull().play(Scenarios.all(), subject).lines());
    System.exit(0);
  }

  @Override
  public Said ask(String question, boolean streaming) {
    ChatCompletionCreateParams.Builder request =
        ChatCompletionCreateParams.builder().model(Setting.FIRST_MODEL).addUserMessage(question);
    return streaming ? stream(request) : whole(request.build());
  }

  private Said whole(ChatCompletionCreateParams request) {
    ChatCompletion answer = client.chat().completions().create(request);
    if (answer.choices().isEmpty()) {
      return Said.text("");
    }
    ChatCompletion.Choice choice = answer.choices().get(0);
    return new Said(
        choice.message().content().orElse(""),
        choice.finishReason().toString(),
        answer.model(),
        answer.usage().map(usage -> usage.completionTokens()).orElse(-1L));
  }

  private Said stream(ChatCompletionCreateParams.Builder request) {
    request.streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build());
    StringBuilder text = new StringBuilder();
    String finish = "";
    String model = "";
    long tokens = -1;
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(request.build())) {
      for (Iterator<ChatCompletionChunk> each = stream.stream().iterator(); each.hasNext(); ) {
        ChatCompletionChunk chunk = each.next();
        model = chunk.model();
        tokens = chunk.usage().map(usage -> usage.completionTokens()).orElse(tokens);
        for (ChatCompletionChunk.Choice choice : chunk.choices()) {
          text.append(choice.delta().content().orElse(""));
          finish = choice.finishReason().map(Object::toString).orElse(finish);
        }
      }
    }
    return new Said(text.toString(), finish, model, tokens);
  }

  @Override
  public void close() {
    client.close();
  }
}
