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
      // The vendor has refused nothing, so nothing is held against the key. The message
      // might quote the token, so only its type is told.
      throw ProviderException.builder(
              ErrorKind.NETWORK, "the key's supplier failed: " + e.getClass().getName())
          .build();
    }
    request.header(header, prefix + value);
  }

  /** The key that a request was given; empty if none. */
  String of(Request sent) {
    String value = sent.header(header);
    return value == null ? "" : value.substring(prefix.length());
  }

  /** Neither key nor prefix. */
  @Override
  public String toString() {
    return "Credential[" + header + "]";
  }
}
