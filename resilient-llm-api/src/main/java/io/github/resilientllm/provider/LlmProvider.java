package io.github.resilientllm.provider;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Experimental;
import java.util.List;
import java.util.Optional;

/**
 * One model of one vendor under one key, which tries once and never retries.
 *
 * <p>{@code ResilientLlm} puts retries, hedges, fallbacks and every clock around it. An
 * implementation therefore resends nothing, follows no redirect with a key, and sets no time limit
 * beyond that of connecting. It is safe for use by several threads.
 */
public interface LlmProvider {

  /**
   * The vendor in one word, such as {@code openai}; {@link io.github.resilientllm.chat.VendorData}
   * is bound to it.
   */
  String vendor();

  /** The model's name as it is sent to the vendor. */
  String model();

  /**
   * Says why this model cannot serve a request, before anything is sent; such a target is passed
   * over.
   *
   * @return the reason without content; empty if nothing is known against it
   */
  default Optional<String> cannotServe(ChatRequest request) {
    return Optional.empty();
  }

  /**
   * What this model can do and hold, as far as its vendor tells or is known for; {@code
   * Target.withCapabilities} corrects it.
   */
  default Capabilities capabilities() {
    return Capabilities.standard();
  }

  /**
   * Says what of a request that this model can serve would not reach it, so that nothing is lost
   * silently: reasoning that belongs to another vendor, a temperature that is clamped, and, if the
   * caller wants {@linkplain ChatRequest#bestEffort() best effort}, options that it lacks.
   *
   * @return one short phrase each, without content, such as {@code seed}; empty if all of it does
   */
  default List<String> leavesOut(ChatRequest request) {
    return List.of();
  }

  /**
   * Makes a request ready to be sent once or several times, by several threads. Nothing is sent and
   * nothing blocks. A provider to which translating a request costs something overrides it; the
   * default does the work of each attempt anew, by {@link #newCall}.
   *
   * @throws ProviderException if the request cannot be written for this vendor
   */
  @Experimental
  default PreparedRequest prepare(ChatRequest request) throws ProviderException {
    return options -> newCall(request, options);
  }

  /**
   * Makes one attempt. Nothing is sent and nothing blocks before {@link ProviderCall#next()}.
   *
   * @throws ProviderException if the request cannot be written for this vendor
   */
  ProviderCall newCall(ChatRequest request, CallOptions options) throws ProviderException;
}
