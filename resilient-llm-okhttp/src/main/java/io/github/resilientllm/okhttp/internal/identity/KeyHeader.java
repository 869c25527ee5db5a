package io.github.resilientllm.okhttp.internal.identity;

import io.github.resilientllm.okhttp.internal.waiting.Closing;
import io.github.resilientllm.provider.ProviderException;
import java.util.List;
import okhttp3.Request;
import okio.ByteString;

/**
 * A key and the header it goes into.
 *
 * @param prefix what stands before it
 */
record KeyHeader(String header, String prefix, Secret secret) implements Credential {

  @Override
  public void addTo(Request.Builder request, ByteString body, Closing closing)
      throws ProviderException {
    request.header(header, prefix + Supplied.await(secret.value(), closing, "the key's supplier"));
  }

  @Override
  public List<String> secrets(Request sent) {
    return List.of(of(sent));
  }

  @Override
  public boolean rotates() {
    return secret.rotates();
  }

  @Override
  public void refused(Request sent) {
    secret.refused(of(sent));
  }

  /** The key that a request was given; empty if none. */
  private String of(Request sent) {
    String value = sent.header(header);
    return value == null ? "" : value.substring(prefix.length());
  }

  /** Neither key nor prefix. */
  @Override
  public String toString() {
    return "KeyHeader[" + header + "]";
  }
}
