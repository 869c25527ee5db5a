package io.github.resilientllm.provider;

import io.github.resilientllm.chat.Experimental;

/**
 * A request made ready for one provider, from which each attempt of a call at that target is made:
 * the first one, its retries and its hedges.
 *
 * <p>So what all of them have in common is done once: the bytes of a long history are written once,
 * a native request is translated once. It is safe for use by several threads, because a hedge
 * begins while the first attempt still runs. It holds nothing that needs to be closed, and a call
 * lets go of it when it ends.
 */
@Experimental
@FunctionalInterface
public interface PreparedRequest {

  /**
   * Makes one attempt. Nothing is sent and nothing blocks before {@link ProviderCall#next()}.
   *
   * @throws ProviderException if the request cannot be written for this vendor
   */
  ProviderCall newCall(CallOptions options) throws ProviderException;
}
