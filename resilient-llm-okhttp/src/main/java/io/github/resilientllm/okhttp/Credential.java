package io.github.resilientllm.okhttp;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.provider.ProviderException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import okhttp3.Request;

/** A key and the header it goes into. */
record Credential(String header, String prefix, ApiKey key) {
  private static final int MAX_WAITING = 256; // attempts at a time whose supplier is asked
  private static final Aside SUPPLIERS = new Aside("resilient-llm-keys", MAX_WAITING);

  static Credential bearer(ApiKey key) {
    return new Credential("Authorization", "Bearer ", key);
  }

  /** Asks for the key, which may block or fail, and puts it on the request. */
  void addTo(Request.Builder request, Closing closing) throws ProviderException {
    request.header(header, prefix + value(closing));
  }

  /** A supplier may ask a server that hangs; nobody waits for it longer than for the attempt. */
  private String value(Closing closing) throws ProviderException {
    if (!key.rotates()) {
      return key.value();
    }
    try {
      String value = closing.await(SUPPLIERS.run(key::value), Long.MAX_VALUE);
      if (value != null) {
        return value;
      }
      throw failed("nothing came");
    } catch (Closing.Ended e) {
      throw new ProviderException(
          ErrorKind.CANCELLED, "the attempt was closed while the key's supplier was waited for");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof RejectedExecutionException) {
        throw failed("it hangs in " + MAX_WAITING + " threads");
      }
      throw failed(cause.getClass().getName());
    }
  }

  /**
   * The vendor has refused nothing, so nothing is held against the key. The message might quote the
   * token, so only its type is told.
   */
  private static ProviderException failed(String how) {
    return new ProviderException(ErrorKind.NETWORK, "the key's supplier failed: " + how);
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
