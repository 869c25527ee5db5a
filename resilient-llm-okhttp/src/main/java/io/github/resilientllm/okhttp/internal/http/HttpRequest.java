package io.github.resilientllm.okhttp.internal.http;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.PreparedRequest;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * One request as it goes to one endpoint, written once for all attempts that send it.
 *
 * <p>The two forms differ in a word or two, but a call asks for one of them almost always, so that
 * each is written when it is first wanted. Two attempts that begin at the same instant may both
 * write it: a lock would hold up the second one for as long.
 */
public final class HttpRequest implements PreparedRequest {
  private final Endpoint endpoint;
  private final Protocol protocol;
  private final ChatRequest request;
  private final String vendor;
  private volatile @Nullable ByteString streamed;
  private volatile @Nullable ByteString whole;

  HttpRequest(Endpoint endpoint, Protocol protocol, ChatRequest request, String vendor) {
    this.endpoint = endpoint;
    this.protocol = protocol;
    this.request = request;
    this.vendor = vendor;
  }

  @Override
  public ProviderCall newCall(CallOptions options) throws ProviderException {
    LongTurn call = new LongTurn(once(options), request, more -> with(more).once(options));
    return CheckedCall.of(call, request, vendor);
  }

  private ProviderCall once(CallOptions options) throws ProviderException {
    ByteString body = body(protocol.streams(options.streaming()));
    return protocol.newCall(endpoint, this, body, options);
  }

  private HttpRequest with(ChatRequest more) {
    return new HttpRequest(endpoint, protocol, more, vendor);
  }

  /** Who answers. */
  String vendor() {
    return vendor;
  }

  /**
   * Lets go of the bytes: an answer has begun, and a long history is not to lie in memory for as
   * long as a stream. Should they be wanted once more, they are written once more.
   */
  void forget() {
    streamed = null;
    whole = null;
  }

  private ByteString body(boolean streaming) throws ProviderException {
    ByteString known = streaming ? streamed : whole;
    if (known != null) {
      return known;
    }
    ByteString written = protocol.write(request, streaming);
    if (streaming) {
      streamed = written;
    } else {
      whole = written;
    }
    return written;
  }
}
