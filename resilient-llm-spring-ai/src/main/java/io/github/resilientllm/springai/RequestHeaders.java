package io.github.resilientllm.springai;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.anthropic.AnthropicChatOptions;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.openai.OpenAiChatOptions;

/** Where options of a model say the HTTP headers of one request. */
enum RequestHeaders {
  OPENAI("org.springframework.ai.openai.OpenAiChatOptions") {
    @Override
    ChatOptions with(ChatOptions options, String name, String value) {
      OpenAiChatOptions own = (OpenAiChatOptions) options;
      return own.mutate().customHeaders(added(own.getCustomHeaders(), name, value)).build();
    }
  },
  ANTHROPIC("org.springframework.ai.anthropic.AnthropicChatOptions") {
    @Override
    ChatOptions with(ChatOptions options, String name, String value) {
      AnthropicChatOptions own = (AnthropicChatOptions) options;
      return own.mutate().httpHeaders(added(own.getHttpHeaders(), name, value)).build();
    }
  };

  private final String type; // by name, for the class need not be here

  RequestHeaders(String type) {
    this.type = type;
  }

  /** Those of such options; null if they have none. */
  static @Nullable RequestHeaders of(ChatOptions options) {
    for (RequestHeaders each : values()) {
      if (options.getClass().getName().equals(each.type)) {
        return each;
      }
    }
    return null;
  }

  /** The options with one header more. */
  abstract ChatOptions with(ChatOptions options, String name, String value);

  private static Map<String, String> added(
      @Nullable Map<String, String> headers, String name, String value) {
    Map<String, String> all = headers == null ? new HashMap<>() : new HashMap<>(headers);
    all.put(name, value);
    return all;
  }
}
