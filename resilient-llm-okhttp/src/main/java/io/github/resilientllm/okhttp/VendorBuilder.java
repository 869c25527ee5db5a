package io.github.resilientllm.okhttp;

import java.net.Proxy;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import okhttp3.Call;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * The settings that every front door has.
 *
 * @param <B> the front door's own builder
 */
abstract class VendorBuilder<B extends VendorBuilder<B>> {
  private static final Set<String> OURS =
      Set.of(
          "authorization",
          "api-key",
          "x-api-key",
          "x-goog-api-key",
          "content-type",
          "content-length",
          "accept",
          "accept-encoding",
          "cache-control",
          "user-agent",
          "host");

  private final Headers.Builder headers = new Headers.Builder();
  private @Nullable OkHttpClient client;
  private @Nullable Proxy proxy;
  private @Nullable Duration connectTimeout;
  private @Nullable ApiKey apiKey;

  /** Usage follows within milliseconds; a server that forgets to send it must not cost more. */
  private Duration grace = Duration.ofSeconds(2);

  VendorBuilder() {}

  /** Sets the key. */
  public B apiKey(ApiKey key) {
    this.apiKey = Objects.requireNonNull(key, "key");
    return self();
  }

  /**
   * Adds a header to each request.
   *
   * @throws IllegalArgumentException if the name or value is no header's, or the header is one that
   *     this library sets itself
   */
  public B header(String name, String value) {
    if (OURS.contains(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "The header " + name + " is set by the library; a key goes into apiKey(...)");
    }
    if (!value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c <= '~'))) {
      throw new IllegalArgumentException(
          "The value of the header " + name + " holds a character that is not printable ASCII");
    }
    headers.set(name, value);
    return self();
  }

  /**
   * Uses the pool, dispatcher and other settings of a client of your own. Its redirects, call
   * timeout, read timeout and write timeout are switched off: the key must not travel, and the
   * engine has the clocks.
   */
  public B client(OkHttpClient client) {
    this.client = Objects.requireNonNull(client, "client");
    return self();
  }

  /** Connects through a proxy. */
  public B proxy(Proxy proxy) {
    this.proxy = Objects.requireNonNull(proxy, "proxy");
    return self();
  }

  /** Sets how long connecting to one address may take; 10 seconds by default. */
  public B connectTimeout(Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("connectTimeout is longer than 0, not " + timeout);
    }
    this.connectTimeout = timeout;
    return self();
  }

  abstract B self();

  @Nullable ApiKey apiKey() {
    return apiKey;
  }

  boolean keyRotates() {
    return apiKey != null && apiKey.rotates();
  }

  /** Sets how long what only adds to what is known is waited for. */
  B grace(Duration time) {
    this.grace = time;
    return self();
  }

  Endpoint endpoint(HttpUrl url, @Nullable Credential credential) {
    return endpoint(url, url, credential);
  }

  /** For a vendor whose streams come from a URL of their own. */
  Endpoint endpoint(HttpUrl url, HttpUrl streamUrl, @Nullable Credential credential) {
    Call.Factory safe = Clients.client(client, proxy, connectTimeout);
    return new Endpoint(safe, url, streamUrl, headers.build(), credential, grace);
  }

  static String checkModel(String model) {
    if (model.isBlank()) {
      throw new IllegalArgumentException("The model's name is blank");
    }
    return model;
  }

  /**
   * A base URL, with or without a slash at its end.
   *
   * @throws IllegalArgumentException if it is no http or https URL, or holds a user or a fragment;
   *     it is not shown, for it may hold a password
   */
  static HttpUrl parse(String text) {
    HttpUrl url = HttpUrl.parse(text.strip());
    if (url == null) {
      throw new IllegalArgumentException("The base URL is no http:// or https:// URL");
    }
    if (!url.username().isEmpty() || !url.password().isEmpty()) {
      throw new IllegalArgumentException(
          "The base URL holds a user or a password; use apiKey(...) or header(...)");
    }
    if (url.query() != null || url.fragment() != null) {
      throw new IllegalArgumentException("The base URL ends with its path: no ? and no #");
    }
    return url;
  }

  /** The base URL with more path, whatever slashes stand between. */
  static HttpUrl under(HttpUrl base, String path) {
    HttpUrl.Builder url = base.newBuilder();
    if (base.pathSegments().get(base.pathSize() - 1).isEmpty()) {
      url.removePathSegment(base.pathSize() - 1); // the trailing slash
    }
    return url.addPathSegments(path).build();
  }
}
