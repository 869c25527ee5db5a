package io.github.resilientllm.springai.boot;

import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Says at start-up where a model still retries by itself: the time that it takes for that is taken
 * from the next target.
 */
final class OwnRetries {
  private static final Logger LOG = LoggerFactory.getLogger(OwnRetries.class);

  /** By class, the properties that end them; the first one is told. */
  private static final Map<String, List<String>> PROPERTIES =
      Map.of(
          "OpenAiChatModel",
          List.of("spring.ai.openai.max-retries", "spring.ai.openai.chat.max-retries"),
          "AnthropicChatModel",
          List.of("spring.ai.anthropic.max-retries"),
          "DeepSeekChatModel",
          List.of("spring.ai.retry.max-attempts"),
          "GoogleGenAiChatModel",
          List.of("spring.ai.retry.max-attempts"),
          "MistralAiChatModel",
          List.of("spring.ai.retry.max-attempts"),
          "OllamaChatModel",
          List.of("spring.ai.retry.max-attempts"));

  private final Environment environment;

  OwnRetries(Environment environment) {
    this.environment = environment;
  }

  void warn(String bean, ChatModel model) {
    String type = ClassUtils.getUserClass(model).getSimpleName();
    List<String> properties = PROPERTIES.get(type);
    if (properties == null || properties.stream().anyMatch(this::isZero)) {
      return;
    }
    LOG.warn(
        "The chat model \"{}\" retries by itself before it says that it failed, which keeps a call"
            + " from the next target. Set {}=0.",
        bean,
        properties.get(0));
  }

  private boolean isZero(String property) {
    return "0".equals(environment.getProperty(property));
  }
}
