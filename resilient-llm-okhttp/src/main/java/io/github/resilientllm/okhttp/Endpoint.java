package io.github.resilientllm.okhttp;

import io.github.resilientllm.provider.ProviderException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Where requests go, as whom, and over which connections.
 *
 * @param url where whole answers come from
 * @param streamUrl where streams come from; with most vendors the same
 * @param grace how long what only adds to what is known is waited for: usage, why there is an error
 */
record Endpoint(
    Connections connections,
    HttpUrl url,
    HttpUrl streamUrl,
    Headers headers,
    @Nullable Credential credential,
    Duration grace) {

  /** The same, at another URL of the same host. */
  Endpoint at(HttpUrl other) {
    return new Endpoint(connections, other, other, headers, credential, grace);
  }

  /**
   * A request that lacks only its body; asks for the key.
   *
   * @param accept the media type of the answer
   */
  Request request(boolean streaming, String accept, Closing closing) throws ProviderException {
    Request.Builder request =
        new Request.Builder()
            .url(streaming ? streamUrl : url)
            .headers(headers)
            .header("User-Agent", Clients.USER_AGENT)
            .header("Accept", accept)
            .header("Cache-Control", "no-store");
    if (credential != null) {
      credential.addTo(request, closing);
    }
    return request.build();
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
      secrets.add(credential.of(sent));
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
