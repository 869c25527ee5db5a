package io.github.resilientllm;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A vendor that does anything, behind a provider that does worse. */
final class HostileVendor implements LlmProvider {
  final ChaosVendor vendor;
  private final HostileCode code;

  HostileVendor(ChaosVendor vendor, HostileCode code) {
    this.vendor = vendor;
    this.code = code;
  }

  @Override
  public String vendor() {
    return vendor.vendor();
  }

  @Override
  public String model() {
    return vendor.model();
  }

  @Override
  public Optional<String> cannotServe(ChatRequest request) {
    code.meddle("cannotServe");
    return vendor.cannotServe(request);
  }

  @Override
  public List<String> leavesOut(ChatRequest request) {
    code.meddle("leavesOut");
    return List.of();
  }

  @Override
  public ProviderCall newCall(ChatRequest request, CallOptions options) throws ProviderException {
    code.meddle("newCall");
    return new Meddling(vendor.newCall(request, options));
  }

  private final class Meddling implements ProviderCall {
    private final ProviderCall call;

    Meddling(ProviderCall call) {
      this.call = call;
    }

    @Override
    public ChatEvent.@Nullable Delta next() throws ProviderException {
      code.meddle("next");
      return call.next();
    }

    @Override
    public Completion completion() {
      code.meddle("completion");
      return call.completion();
    }

    @Override
    public void close() {
      call.close();
      code.throwUp("close");
    }
  }
}
