package io.github.resilientllm.peers;

import io.github.resilientllm.load.Contestant;
import java.util.ArrayList;
import java.util.List;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;

/** Spring AI's OpenAI model by its defaults, but for what the scenario sets. */
final class SpringAi implements Contestant {
  private final OpenAiChatModel model;

  private SpringAi(Setup setup) {
    OpenAiChatOptions options =
        OpenAiChatOptions.builder()
            .baseUrl(setup.url())
            .apiKey("load")
            .model("gpt-4.1-nano")
            .maxRetries(setup.maxAttempts() - 1)
            .timeout(setup.timeout())
            .build();
    model = OpenAiChatModel.builder().options(options).build();
  }

  @Override
  public String chat(List<String> messages) {
    return text(model.call(prompt(messages)));
  }

  @Override
  public String stream(List<String> messages, Runnable piece) {
    StringBuilder text = new StringBuilder();
    for (ChatResponse part : model.stream(prompt(messages)).toIterable()) {
      String content = text(part);
      if (!content.isEmpty()) {
        piece.run();
        text.append(content);
      }
    }
    return text.toString();
  }

  private static String text(ChatResponse response) {
    if (response.getResult() == null) {
      return "";
    }
    String text = response.getResult().getOutput().getText();
    return text == null ? "" : text;
  }

  private Prompt prompt(List<String> messages) {
    List<Message> history = new ArrayList<>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      String text = messages.get(i);
      boolean asks = (messages.size() - i) % 2 == 1;
      history.add(asks ? new UserMessage(text) : new AssistantMessage(text));
    }
    return new Prompt(history, model.getOptions());
  }

  /** Makes it. */
  public static final class Factory implements Contestant.Factory {
    @Override
    public String name() {
      return "spring-ai";
    }

    @Override
    public Contestant create(Setup setup) {
      return new SpringAi(setup);
    }
  }
}
