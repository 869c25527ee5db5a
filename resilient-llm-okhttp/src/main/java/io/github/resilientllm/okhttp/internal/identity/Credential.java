package io.github.resilientllm.okhttp.internal.identity;

import io.github.resilientllm.okhttp.internal.waiting.Closing;
import io.github.resilientllm.provider.ProviderException;
import java.util.List;
import okhttp3.Request;
import okio.ByteString;

/** How a request shows who sends it. Safe for several threads; its text shows no secret. */
public interface Credential {

  /** A key as {@code Authorization: Bearer}. */
  static Credential bearer(Secret key) {
    return new KeyHeader("Authorization", "Bearer ", key);
  }

  /** A key as the whole value of a header. */
  static Credential header(String name, Secret key) {
    return new KeyHeader(name, "", key);
  }

  /**
   * Puts it on a request, which has all but its body. May ask a supplier, for no longer than the
   * attempt lasts.
   */
  void addTo(Request.Builder request, ByteString body, Closing closing) throws ProviderException;

  /** What a request that it was put on must not show. */
  List<String> secrets(Request sent);

  /** Whether another look may give another one. */
  boolean rotates();

  /** Is told that the vendor did not accept what it put on a request. */
  default void refused(Request sent) {}
}
