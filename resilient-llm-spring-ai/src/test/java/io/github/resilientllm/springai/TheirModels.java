package io.github.resilientllm.springai;

import io.github.resilientllm.test.Vendor;
import java.time.Duration;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;

/** Spring AI's own OpenAI model, asking a local vendor. */
final class TheirModels {
  private TheirModels() {}

  static OpenAiChatModel openAi(Vendor vendor) {
    return openAi(vendor, "gpt-x");
  }

  static OpenAiChatModel openAi(Vendor vendor, String model) {
    return OpenAiChatModel.builder().options(options(vendor, model).build()).build();
  }

  /** With a time-out of its own. */
  static OpenAiChatModel openAi(Vendor vendor, Duration timeout) {
    return OpenAiChatModel.builder()
        .options(options(vendor, "gpt-x").timeout(timeout).build())
        .build();
  }

  /** With the retries that it makes by default. */
  static OpenAiChatModel openAiThatRetries(Vendor vendor) {
    return OpenAiChatModel.builder().options(byDefault(vendor, "gpt-x").build()).build();
  }

  private static OpenAiChatOptions.Builder options(Vendor vendor, String model) {
    return byDefault(vendor, model).maxRetries(0);
  }

  private static OpenAiChatOptions.Builder byDefault(Vendor vendor, String model) {
    return OpenAiChatOptions.builder().baseUrl(vendor.baseUrl()).apiKey("sk-hush").model(model);
  }
}
