package io.github.resilientllm.examples.relay;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Capabilities;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.util.List;
import java.util.Optional;

/** A real vendor that can be killed: from then on it is asked at an address where nobody is. */
final class Mortal implements LlmProvider {
  private final LlmProvider alive;
  private final LlmProvider dead;
  private volatile boolean isDead;

  /**
   * A vendor that lives.
   *
   * @param dead the same model at a closed port
   */
  Mortal(LlmProvider alive, LlmProvider dead) {
    this.alive = alive;
    this.dead = dead;
  }

  void die() {
    isDead = true;
  }

  @Override
  public String vendor() {
    return alive.vendor();
  }

  @Override
  public String model() {
    return alive.model();
  }

  @Override
  public Optional<String> cannotServe(ChatRequest request) {
    return alive.cannotServe(request);
  }

  @Override
  public Capabilities capabilities() {
    return alive.capabilities();
  }

  @Override
  public List<String> leavesOut(ChatRequest request) {
    return alive.leavesOut(request);
  }

  @Override
  public ProviderCall newCall(ChatRequest request, CallOptions options) throws ProviderException {
    return (isDead ? dead : alive).newCall(request, options);
  }
}
