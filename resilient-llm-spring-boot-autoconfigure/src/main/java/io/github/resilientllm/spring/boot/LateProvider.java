package io.github.resilientllm.spring.boot;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Capabilities;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.PreparedRequest;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model whose HTTP client is loaded by its first call, or before that when the application is
 * ready, and not by the start.
 */
final class LateProvider implements LlmProvider {
  private final String vendor;
  private final String model;
  private final Supplier<LlmProvider> making;
  private volatile @Nullable LlmProvider made;

  LateProvider(String vendor, String model, Supplier<LlmProvider> making) {
    this.vendor = vendor;
    this.model = model;
    this.making = making;
  }

  /** The provider itself, made now if it was not. */
  LlmProvider provider() {
    LlmProvider known = made;
    if (known != null) {
      return known;
    }
    synchronized (this) {
      known = made;
      if (known == null) {
        known = making.get();
        made = known;
      }
      return known;
    }
  }

  /** Whether it was made. */
  boolean isMade() {
    return made != null;
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
    return provider().cannotServe(request);
  }

  @Override
  public Capabilities capabilities() {
    return provider().capabilities();
  }

  @Override
  public List<String> leavesOut(ChatRequest request) {
    return provider().leavesOut(request);
  }

  @Override
  public PreparedRequest prepare(ChatRequest request) throws ProviderException {
    return provider().prepare(request);
  }

  @Override
  public ProviderCall newCall(ChatRequest request, CallOptions options) throws ProviderException {
    return provider().newCall(request, options);
  }

  @Override
  public String toString() {
    return vendor + "/" + model;
  }
}
