package io.github.resilientllm.peers;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.TextBlock;
import io.github.resilientllm.test.judge.Client;
import io.github.resilientllm.test.judge.Judge;
import io.github.resilientllm.test.judge.Said;
import io.github.resilientllm.test.judge.Scenario;
import io.github.resilientllm.test.judge.Scenarios;
import io.github.resilientllm.test.judge.Setting;
import io.github.resilientllm.test.judge.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;

/** Anthropic's own client by its defaults on the scorecard, in full; writes the verdicts. */
final class Judged implements Client {
  /** Their bytes are OpenAI's; and Anthropic does not refuse by a 429 for want of credit. */
  private static final List<String> OPENAIS = List.of("T05", "T06", "T11", "T16", "T17");

  private final AnthropicClient client;

  private Judged(Setting setting) {
    AnthropicOkHttpClient.Builder builder =
        AnthropicOkHttpClient.builder().baseUrl(setting.first().root()).apiKey(Setting.KEY);
    setting.timeout().ifPresent(builder::timeout);
    client = builder.build();
  }

  /** Judges it. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Subject subject = Subject.of("anthropic-java 3.12.0", Judged::new);
    List<Scenario> scenarios =
        Scenarios.all().stream().filter(each -> !OPENAIS.contains(each.id())).toList();
    Files.write(Path.of(args[0]), Judge.inFull().play(scenarios, subject).lines());
    System.exit(0);
  }

  @Override
  public Said ask(String question, boolean streaming) {
    MessageCreateParams request =
        MessageCreateParams.builder()
            .model(Setting.FIRST_MODEL)
            .maxTokens(1024)
            .addUserMessage(question)
            .build();
    return streaming ? stream(request) : whole(request);
  }

  private Said whole(MessageCreateParams request) {
    Message answer = client.messages().create(request);
    String text =
        answer.content().stream()
            .flatMap(block -> block.text().stream())
            .map(TextBlock::text)
            .collect(Collectors.joining());
    return new Said(
        text,
        answer.stopReason().map(Object::toString).orElse(""),
        answer.model().toString(),
        answer.usage().outputTokens());
  }

  private Said stream(MessageCreateParams request) {
    StringBuilder text = new StringBuilder();
    String finish = "";
    String model = "";
    long tokens = -1;
    try (StreamResponse<RawMessageStreamEvent> stream =
        client.messages().createStreaming(request)) {
      for (Iterator<RawMessageStreamEvent> each = stream.stream().iterator(); each.hasNext(); ) {
        RawMessageStreamEvent event = each.next();
        if (event.isMessageStart()) {
          model = event.asMessageStart().message().model().toString();
        } else if (event.isContentBlockDelta()) {
          event.asContentBlockDelta().delta().text().ifPresent(piece -> text.append(piece.text()));
        } else if (event.isMessageDelta()) {
          finish = event.asMessageDelta().delta().stopReason().map(Object::toString).orElse("");
          tokens = event.asMessageDelta().usage().outputTokens();
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
