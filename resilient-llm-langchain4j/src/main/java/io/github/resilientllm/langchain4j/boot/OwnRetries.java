package io.github.resilientllm.langchain4j.boot;

import dev.langchain4j.model.chat.ChatModel;
import java.lang.reflect.Field;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says at start-up where a model still retries by itself: the time that it takes for that is taken
 * from the next target. LangChain4j shows the setting nowhere, so it is read where its models keep
 * it; of one that keeps it elsewhere nothing is said.
 */
final class OwnRetries {
  private static final Logger LOG = LoggerFactory.getLogger(OwnRetries.class);
  static final String FIELD = "maxRetries";

  /** By class, how the properties of LangChain4j's starters begin. */
  static final Map<String, String> PREFIXES =
      Map.of(
          "OpenAiChatModel", "langchain4j.open-ai",
          "AnthropicChatModel", "langchain4j.anthropic",
          "AzureOpenAiChatModel", "langchain4j.azure-open-ai",
          "GoogleAiGeminiChatModel", "langchain4j.google-ai-gemini",
          "MistralAiChatModel", "langchain4j.mistral-ai",
          "OllamaChatModel", "langchain4j.ollama");

  void warn(String bean, ChatModel model) {
    Integer retries = read(model);
    if (retries == null || retries == 0) {
      return;
    }
    String prefix = PREFIXES.get(model.getClass().getSimpleName());
    LOG.warn(
        "The chat model \"{}\" retries {} times by itself before it says that it failed, which keeps"
            + " a call from the next target. Build it with maxRetries(0){}.",
        bean,
        retries,
        prefix == null ? "" : ", or set " + prefix + ".chat-model.max-retries=0");
  }

  private static @Nullable Integer read(ChatModel model) {
    Class<?> type = model.getClass();
    while (type != null) {
      Integer retries = read(type, model);
      if (retries != null) {
        return retries;
      }
      type = type.getSuperclass();
    }
    return null;
  }

  private static @Nullable Integer read(Class<?> type, ChatModel model) {
    try {
      Field field = type.getDeclaredField(FIELD);
      return field.trySetAccessible() && field.get(model) instanceof Integer retries
          ? retries
          : null;
    } catch (ReflectiveOperationException e) { // perhaps its superclass has it
      return null;
    }
  }
}
