package io.github.resilientllm.okhttp;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.provider.ProviderException;
import okhttp3.Request;

/** A key and the header it goes into. */
record Credential(String header, String prefix, ApiKey key) {

  static Credential bearer(ApiKey key) {
    return new Credential("Authorization", "Bearer ", key);
  }

  /** Asks for the key, which may block or fail, and puts it on the request. */
  void addTo(Request.Builder request) throws ProviderException {
    String value;
    try {
      value = key.value();
    } catch (RuntimeException e) {
      // Whose message might quote the token, so only its type is told.
      throw ProviderException.builder(
              ErrorKind.UNAUTHORIZED, "The key's supplier failed: " + e.getClass().getName())
          .retryHint(true)
          .build();
    }
    request.header(header, prefix + value);
  }
}
