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
import org.springframework.ai.model.tool.ToolCallingChatOptions;

/** A chat model of Spring AI that is asked once for each attempt. */
final class SpringAiProvider implements LlmProvider {
  private final ChatModel chatModel;
  private final @Nullable WatchedHttp http;
  private final String vendor;
  private final String model;

  SpringAiProvider(ChatModel chatModel) {
    this(chatModel, null);
  }

  /**
   * A model's provider.
   *
   * @param http what knows the model's HTTP calls; null if nothing does
   */
  SpringAiProvider(ChatModel chatModel, @Nullable WatchedHttp http) {
    this.chatModel = chatModel;
    this.http = http;
    this.vendor = Vendors.of(chatModel);
    String named = options().getModel();
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
        : PromptWriter.obstacle(request, options(), vendor);
  }

  @Override
  public List<String> leavesOut(ChatRequest request) {
    Asked asked = asked(request);
    if (asked == null) {
      return PromptWriter.leavesOut(request, vendor);
    }
    ChatOptions said = asked.prompt().getOptions();
    return said != null && new TargetOptions(said, asked.base()).keepsOwnModel(options())
        ? List.of("the model's name")
        : List.of();
  }

  @Override
  public PreparedRequest prepare(ChatRequest request) {
    Asked asked = asked(request);
    ChatOptions own = options();
    Prompt prompt =
        asked == null
            ? PromptWriter.translated(request, own)
            : PromptWriter.passedOn(request, asked, own);
    Failures failures = new Failures(vendor, namesAnother(prompt, own));
    return options -> {
      WatchedHttp.Exchange exchange = http == null ? null : http.begin();
      Prompt marked = exchange == null ? prompt : exchange.marked(prompt, own);
      return options.streaming()
          ? new StreamedAttempt(chatModel, vendor, failures, marked, asked, exchange)
          : new WholeAttempt(chatModel, vendor, failures, marked, asked, exchange);
    };
  }

  @Override
  public ProviderCall newCall(ChatRequest request, CallOptions options) throws ProviderException {
    return prepare(request).newCall(options);
  }

  private static boolean namesAnother(Prompt prompt, ChatOptions own) {
    String name = prompt.getOptions() == null ? null : prompt.getOptions().getModel();
    return name != null && !name.equals(own.getModel());
  }

  /**
   * The model's own, asked each time, for they may change; ones that say nothing if it has none.
   */
  @SuppressWarnings("ConstantValue") // models by hand may have none, whatever they are to promise
  private ChatOptions options() {
    ChatOptions own = chatModel.getOptions();
    return own == null ? ToolCallingChatOptions.builder().build() : own;
  }

  /** The prompt that the request was made from; null if it was made by other means. */
  private static @Nullable Asked asked(ChatRequest request) {
    return request.nativeRequest().orElse(null) instanceof Asked asked ? asked : null;
  }
}
