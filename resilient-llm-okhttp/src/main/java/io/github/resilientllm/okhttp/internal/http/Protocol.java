package io.github.resilientllm.okhttp.internal.http;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.stream.AnswerReader;
import io.github.resilientllm.okhttp.internal.stream.BodyBytes;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Capabilities;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import okio.ByteString;

/** How a vendor's requests, answers and errors look inside HTTP. Safe for several threads. */
public interface Protocol {

  /** Says why a request cannot be written for this vendor; empty if it can. */
  Optional<String> cannotServe(ChatRequest request);

  /** What the model can do and hold. */
  default Capabilities capabilities() {
    return Capabilities.standard();
  }

  /** What of a request that can be written does not get into it, a short phrase each. */
  default List<String> leavesOut(ChatRequest request) {
    return List.of();
  }

  /** The request's body. */
  ByteString write(ChatRequest request, boolean streaming) throws ProviderException;

  /** Whether an answer is asked for as a stream, if the caller wants one or not. */
  default boolean streams(boolean wanted) {
    return wanted;
  }

  /** An attempt with a body that was {@linkplain #write written}. */
  default ProviderCall newCall(
      Endpoint endpoint, HttpRequest request, ByteString body, CallOptions options) {
    return new HttpCall(endpoint, this, request, body, options.streaming());
  }

  /** The media type of a stream, as it is asked for. */
  default String streamType() {
    return "text/event-stream";
  }

  /** Starts to read the body of a success, which may still turn out to be none. */
  AnswerReader read(ResponseHead head, BodyBytes body, boolean streaming) throws IOException;

  /**
   * What an HTTP error means.
   *
   * @param body its beginning
   */
  ProviderException failure(ResponseHead head, byte[] body);
}
