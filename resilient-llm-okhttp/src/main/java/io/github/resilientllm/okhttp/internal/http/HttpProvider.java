package io.github.resilientllm.okhttp.internal.http;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Capabilities;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.PreparedRequest;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.util.List;
import java.util.Optional;

/** One model at one endpoint. */
public final class HttpProvider implements LlmProvider {
  private final String vendor;
  private final String model;
  private final Endpoint endpoint;
  private final Protocol protocol;

  public HttpProvider(String vendor, String model, Endpoint endpoint, Protocol protocol) {
    this.vendor = vendor;
    this.model = model;
    this.endpoint = endpoint;
    this.protocol = protocol;
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
    return protocol.cannotServe(request);
  }

  @Override
  public Capabilities capabilities() {
    return protocol.capabilities();
  }

  @Override
  public List<String> leavesOut(ChatRequest request) {
    return protocol.leavesOut(request);
  }

  @Override
  public PreparedRequest prepare(ChatRequest request) {
    return new HttpRequest(endpoint, protocol, request, vendor);
  }

  @Override
  public ProviderCall newCall(ChatRequest request, CallOptions options) throws ProviderException {
    return prepare(request).newCall(options);
  }

  /** For example {@code openai/gpt-4.1-mini}. */
  @Override
  public String toString() {
    return vendor + "/" + model;
  }
}
