package io.github.resilientllm.springai;

import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;

/** Spring AI's own OpenAI model, asking a local vendor. */
final class TheirModels {
  private TheirModels() {}

  static OpenAiChatModel openAi(LocalVendor vendor) {
    return openAi(vendor, "gpt-x");
  }

  static OpenAiChatModel openAi(LocalVendor vendor, String model) {
    return OpenAiChatModel.builder()
        .options(
            OpenAiChatOptions.builder()
                .baseUrl(vendor.url())
                .apiKey("sk-hush")
                .model(model)
                .maxRetries(0)
                .build())
        .build();
  }
}
