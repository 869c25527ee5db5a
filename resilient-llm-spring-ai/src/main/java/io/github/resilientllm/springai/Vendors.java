package io.github.resilientllm.springai;

import java.util.Locale;
import java.util.Map;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.util.ClassUtils;

/** What the vendor of a chat model is called, by the name of its class. */
final class Vendors {
  private static final String SUFFIX = "ChatModel";

  /** Where Spring AI's name for it is not ours. */
  private static final Map<String, String> OURS =
      Map.of("bedrockproxy", "bedrock", "googlegenai", "gemini", "mistralai", "mistral");

  private Vendors() {}

  static String of(ChatModel model) {
    String name = ClassUtils.getUserClass(model).getSimpleName();
    String bare = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    String word = bare.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    return word.isEmpty() ? "spring-ai" : OURS.getOrDefault(word, word);
  }
}
