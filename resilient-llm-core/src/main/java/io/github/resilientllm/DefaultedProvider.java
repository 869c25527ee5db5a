package io.github.resilientllm;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Capabilities;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.PreparedRequest;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A provider whose requests ask for more than they say. */
record DefaultedProvider(LlmProvider provider, Consumer<ChatRequest.Builder> defaults)
    implements LlmProvider {

  @Override
  public String vendor() {
    return provider.vendor();
  }

  @Override
  public String model() {
    return provider.model();
  }

  @Override
  public Optional<String> cannotServe(ChatRequest request) {
    return provider.cannotServe(request.withDefaults(defaults));
  }

  @Override
  public Capabilities capabilities() {
    return provider.capabilities();
  }

  @Override
  public List<String> leavesOut(ChatRequest request) {
    return provider.leavesOut(request.withDefaults(defaults));
  }

  @Override
  public PreparedRequest prepare(ChatRequest request) throws ProviderException {
    return provider.prepare(request.withDefaults(defaults));
  }

  @Override
  public ProviderCall newCall(ChatRequest request, CallOptions options) throws ProviderException {
    return provider.newCall(request.withDefaults(defaults), options);
  }

  @Override
  public String toString() {
    return provider.toString();
  }
}
