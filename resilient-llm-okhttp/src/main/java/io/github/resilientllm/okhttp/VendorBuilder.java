package io.github.resilientllm.okhttp;

import io.github.resilientllm.okhttp.internal.connection.Clients;
import io.github.resilientllm.okhttp.internal.connection.ProxyLogin;
import io.github.resilientllm.okhttp.internal.connection.Transport;
import io.github.resilientllm.okhttp.internal.http.Endpoint;
import io.github.resilientllm.okhttp.internal.identity.Credential;
import io.github.resilientllm.okhttp.internal.waiting.Elapsed;
import java.net.Proxy;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
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

  private static final Duration MAX_TIME = Duration.ofDays(1); // more is a mistake in the unit

  private final Headers.Builder headers = new Headers.Builder();
  private @Nullable OkHttpClient client;
  private @Nullable Proxy proxy;
  private @Nullable ProxyLogin login;
  private @Nullable Duration connectTimeout;
  private @Nullable Duration ping;
  private Duration keepAlive = Transport.KEEP_ALIVE;
  private boolean plainHttp;
  private @Nullable ApiKey apiKey;

  /** Usage follows within milliseconds; a server that forgets to send it must not cost more. */
  private Duration grace = Duration.ofSeconds(2);

  private LongSupplier nanos = Elapsed::nanos;

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
   * Uses the pool, dispatcher and other settings of a client of your own, but for those that would
   * be dangerous: its redirects, call timeout, read timeout and write timeout are switched off, for
   * the key must not travel, and the engine has the clocks; without a ping interval it speaks
   * HTTP/1.1 only. A warning names each setting of yours that is replaced.
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

  /**
   * Sets who an HTTP proxy is told that asks (Basic), be it that of {@link #proxy} or of the
   * system.
   *
   * @throws IllegalArgumentException if the user is blank or holds a colon
   */
  public B proxyCredentials(String user, String password) {
    if (user.isBlank() || user.contains(":")) {
      throw new IllegalArgumentException("The proxy's user is blank or holds a colon");
    }
    this.login = ProxyLogin.of(user, Objects.requireNonNull(password, "password"));
    return self();
  }

  /**
   * Sets how long connecting to one address may take in the end; 10 seconds by default. Before
   * that, each address of the host is given one second.
   */
  public B connectTimeout(Duration timeout) {
    this.connectTimeout = positive(timeout, "connectTimeout");
    return self();
  }

  /**
   * Sets how long a connection that nobody uses may be used again; 30 seconds by default, and less
   * where a server says that it keeps it for less. A server or firewall in between that ends idle
   * connections sooner without a word wants a shorter one.
   */
  public B keepAlive(Duration time) {
    this.keepAlive = positive(time, "keepAlive");
    return self();
  }

  /**
   * Speaks HTTP/2 where the server does. All requests share a connection then, which saves
   * handshakes; but if it dies without a word, which NATs and firewalls bring about, it is found
   * out only by a ping, after up to twice the interval. By default each request has a connection of
   * its own, over HTTP/1.1.
   */
  public B http2(Duration pingInterval) {
    this.ping = positive(pingInterval, "pingInterval");
    return self();
  }

  /**
   * Sends the key over plain http:// to another machine, too, where everybody in between can read
   * it. Without this, {@code build()} refuses.
   */
  public B allowKeyOverPlainHttp() {
    this.plainHttp = true;
    return self();
  }

  private static Duration positive(Duration time, String what) {
    if (time.isNegative() || time.isZero() || time.compareTo(MAX_TIME) > 0) {
      throw new IllegalArgumentException(
          what + " is longer than 0 and at most " + MAX_TIME + ", not " + time);
    }
    return time;
  }

  abstract B self();

  @Nullable ApiKey apiKey() {
    return apiKey;
  }

  boolean keyRotates() {
    return apiKey != null && apiKey.secret().rotates();
  }

  /** Sets how long what only adds to what is known is waited for. */
  B grace(Duration time) {
    this.grace = time;
    return self();
  }

  /** Sets the time that connections grow old by. */
  B clock(LongSupplier nanos) {
    this.nanos = nanos;
    return self();
  }

  Endpoint endpoint(HttpUrl url, @Nullable Credential credential) {
    return endpoint(url, url, credential);
  }

  /** For a vendor whose streams come from a URL of their own. */
  Endpoint endpoint(HttpUrl url, HttpUrl streamUrl, @Nullable Credential credential) {
    if (credential != null && !url.isHttps() && !plainHttp && !isHere(url.host())) {
      throw new IllegalStateException(
          "The key would go over plain http:// to "
              + url.host()
              + ", where everybody in between can read it; use https://, or call"
              + " allowKeyOverPlainHttp() if the network is your own");
    }
    if (login != null && proxy != null && proxy.type() == Proxy.Type.SOCKS) {
      throw new IllegalStateException(
          "proxyCredentials(...) is for HTTP proxies; a SOCKS proxy takes its user from"
              + " java.net.Authenticator");
    }
    Transport settings = new Transport(client, proxy, login, connectTimeout, keepAlive, ping);
    return new Endpoint(
        Clients.connections(settings, url, nanos),
        url,
        streamUrl,
        headers.build(),
        credential,
        grace);
  }

  /** Whether a host is this machine, by its name alone: nothing is looked up. */
  private static boolean isHere(String host) {
    return host.equals("localhost")
        || host.endsWith(".localhost")
        || host.equals("::1")
        || host.matches("127(\\.\\d{1,3}){3}");
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
