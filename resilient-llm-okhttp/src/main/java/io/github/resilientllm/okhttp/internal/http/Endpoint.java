package io.github.resilientllm.okhttp.internal.http;

import io.github.resilientllm.okhttp.internal.connection.Clients;
import io.github.resilientllm.okhttp.internal.connection.Connections;
import io.github.resilientllm.okhttp.internal.head.Words;
import io.github.resilientllm.okhttp.internal.identity.Credential;
import io.github.resilientllm.okhttp.internal.waiting.Closing;
import io.github.resilientllm.provider.ProviderException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Where requests go, as whom, and over which connections.
 *
 * @param url where whole answers come from
 * @param streamUrl where streams come from; with most vendors the same
 * @param grace how long what only adds to what is known is waited for: usage, why there is an error
 */
public record Endpoint(
    Connections connections,
    HttpUrl url,
    HttpUrl streamUrl,
    Headers headers,
    @Nullable Credential credential,
    Duration grace) {

  /** The same, at another URL of the same host. */
  public Endpoint at(HttpUrl other) {
    return new Endpoint(connections, other, other, headers, credential, grace);
  }

  /**
   * A request that lacks only its body; asks for the key.
   *
   * @param accept the media type of the answer
   * @param body what will be sent, which a signature covers
   */
  Request.Builder request(boolean streaming, String accept, ByteString body, Closing closing)
      throws ProviderException {
    Request.Builder request =
        new Request.Builder()
            .url(streaming ? streamUrl : url)
            .headers(headers)
            .header("User-Agent", Clients.USER_AGENT)
            .header("Accept", accept)
            .header("Cache-Control", "no-store");
    if (credential != null) {
      credential.addTo(request, body, closing);
    }
    return request;
  }

  /** The vendor did not accept who sent a request of {@link #request}. */
  void refused(Request sent) {
    if (credential != null) {
      credential.refused(sent);
    }
  }

  /** Which words of the answer to a request of {@link #request} may be shown. */
  Words words(Request sent) {
    List<String> secrets = new ArrayList<>(1 + headers.size());
    for (int i = 0; i < headers.size(); i++) { // users may put secrets into headers of their own
      if (Words.isLong(headers.value(i))) {
        secrets.add(headers.value(i));
      }
    }
    if (credential != null) {
      secrets.addAll(credential.secrets(sent));
    }
    String proxy = connections.secret();
    if (proxy != null) {
      secrets.add(proxy);
    }
    return new Words(secrets);
  }

  /** Neither headers nor credential: users may put secrets into headers of their own. */
  @Override
  public String toString() {
    return "Endpoint[" + url.host() + "]";
  }
}
