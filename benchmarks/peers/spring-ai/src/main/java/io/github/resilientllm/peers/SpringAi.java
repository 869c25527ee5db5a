package io.github.resilientllm.peers;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.load.Contestant;
import io.github.resilientllm.policy.Retry;
import java.util.ArrayList;
import java.util.List;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;

/**
 * Spring AI's OpenAI model by its defaults, but for what the scenario sets; alone, or as our
 * target.
 */
final class SpringAi implements Contestant {
  private final ChatModel model;

  private SpringAi(Setup setup, boolean ours) {
    OpenAiChatOptions options =
        OpenAiChatOptions.builder()
            .baseUrl(setup.url())
            .apiKey("load")
            .model("gpt-4.1-nano")
            .maxRetries(ours ? 0 : setup.maxAttempts() - 1)
            .timeout(setup.timeout())
            .build();
    OpenAiChatModel theirs = OpenAiChatModel.builder().options(options).build();
    model =
        !ours
            ? theirs
            : io.github.resilientllm.springai.SpringAi.chatModel(
                ResilientLlm.with(io.github.resilientllm.springai.SpringAi.provider(theirs))
                    .retry(Retry.upTo(setup.maxAttempts()))
                    .deadline(setup.timeout())
                    .build(),
                theirs.getOptions());
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
      return new SpringAi(setup, false);
    }
  }

  /** Makes it with us around it. */
  public static final class LaneFactory implements Contestant.Factory {
    @Override
    public String name() {
      return "spring-ai+lane";
    }

    @Override
    public Contestant create(Setup setup) {
      return new SpringAi(setup, true);
    }
  }
}
