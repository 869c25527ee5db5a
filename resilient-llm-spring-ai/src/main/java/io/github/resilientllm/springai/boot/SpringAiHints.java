package io.github.resilientllm.springai.boot;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/** What a native image has to keep of Spring AI and the vendors' SDKs, which is asked by name. */
final class SpringAiHints implements RuntimeHintsRegistrar {
  /** Exceptions, and what they carry. */
  private static final List<String> ERRORS =
      List.of(
          "com.anthropic.core.JsonValue",
          "com.anthropic.core.http.Headers",
          "com.anthropic.errors.AnthropicServiceException",
          "com.google.genai.errors.ApiException",
          "com.openai.core.JsonValue",
          "com.openai.core.http.Headers",
          "com.openai.errors.OpenAIServiceException",
          "org.springframework.http.HttpHeaders",
          "org.springframework.http.HttpStatusCode",
          "org.springframework.web.client.RestClientResponseException",
          "org.springframework.web.reactive.function.client.WebClientResponseException");

  /** Options, of which the caller's are told from a target's. */
  private static final List<String> OPTIONS =
      List.of(
          "org.springframework.ai.anthropic.AnthropicChatOptions",
          "org.springframework.ai.bedrock.converse.BedrockChatOptions",
          "org.springframework.ai.deepseek.DeepSeekChatOptions",
          "org.springframework.ai.google.genai.GoogleGenAiChatOptions",
          "org.springframework.ai.mistralai.MistralAiChatOptions",
          "org.springframework.ai.model.tool.DefaultToolCallingChatOptions",
          "org.springframework.ai.ollama.api.OllamaChatOptions",
          "org.springframework.ai.openai.OpenAiChatOptions");

  private static final List<String> BUILDERS = List.of("", "$Builder", "$AbstractBuilder");

  @Override
  public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
    ERRORS.forEach(type -> register(hints, classLoader, type));
    register(hints, classLoader, "org.springframework.ai.deepseek.DeepSeekAssistantMessage");
    for (String type : OPTIONS) {
      BUILDERS.forEach(suffix -> register(hints, classLoader, type + suffix));
    }
  }

  private static void register(RuntimeHints hints, @Nullable ClassLoader classLoader, String type) {
    hints
        .reflection()
        .registerTypeIfPresent(classLoader, type, MemberCategory.INVOKE_PUBLIC_METHODS);
  }
}
