package io.github.resilientllm.springai;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.PreparedRequest;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;

/** A chat model of Spring AI that is asked once for each attempt. */
final class SpringAiProvider implements LlmProvider {
  private final ChatModel chatModel;
  private final String vendor;
  private final String model;

  SpringAiProvider(ChatModel chatModel) {
    this.chatModel = chatModel;
    this.vendor = Vendors.of(chatModel);
    String named = chatModel.getOptions().getModel();
    this.model = named == null || named.isBlank() ? "default" : named;
  }

  @Override
  public String vendor() {
    return vendor;
  }

  @Override
  public String model() {
    return model;
  }

  @Override
  public Optional<String> cannotServe(ChatRequest request) {
    return asked(request) != null
        ? Optional.empty()
        : PromptWriter.obstacle(request, chatModel.getOptions(), vendor);
  }

  @Override
  public List<String> leavesOut(ChatRequest request) {
    return asked(request) != null ? List.of() : PromptWriter.leavesOut(request, vendor);
  }

  @Override
  public PreparedRequest prepare(ChatRequest request) {
    Asked asked = asked(request);
    ChatOptions own = chatModel.getOptions();
    Prompt prompt =
        asked == null
            ? PromptWriter.translated(request, own)
            : PromptWriter.passedOn(request, asked, own);
    return options ->
        options.streaming()
            ? new StreamedAttempt(chatModel, vendor, prompt, asked)
            : new WholeAttempt(chatModel, vendor, prompt, asked);
  }

  @Override
  public ProviderCall newCall(ChatRequest request, CallOptions options) throws ProviderException {
    return prepare(request).newCall(options);
  }

  /** The prompt that the request was made from; null if it was made by other means. */
  private static @Nullable Asked asked(ChatRequest request) {
    return request.nativeRequest().orElse(null) instanceof Asked asked ? asked : null;
  }
}
