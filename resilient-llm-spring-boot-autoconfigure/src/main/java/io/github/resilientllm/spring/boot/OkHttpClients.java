package io.github.resilientllm.spring.boot;

import io.github.resilientllm.spring.LlmOkHttpCustomizer;
import io.github.resilientllm.spring.internal.Nearest;
import io.github.resilientllm.spring.internal.SetupException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URL;
import java.time.Duration;
import java.util.Enumeration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;

/** Makes the HTTP clients of those providers that the shared one does not serve. */
final class OkHttpClients {
  private static final int IDLE_CONNECTIONS = 64; // as the okhttp module's own client

  /** Of OkHttp 4 and 5; a field of the latter's is of a type that Okio has since 3.16. */
  private static final String CONNECTION = "okhttp3.internal.connection.RealConnection";

  /** As many milliseconds as an int holds, which is what a socket is told. */
  private static final Duration LONGEST_TO_CONNECT = Duration.ofMillis(Integer.MAX_VALUE);

  /** What that field is of. */
  private static final String SOCKET_OF_OKIO = "okio/Socket.class";

  private final @Nullable SslBundles bundles;
  private final List<LlmOkHttpCustomizer> customizers;
  private final boolean fits;
  private @Nullable OkHttpClient trusting;

  /**
   * A source of clients.
   *
   * @param bundles null if the application has none
   * @param customizers in their order
   */
  OkHttpClients(@Nullable SslBundles bundles, List<LlmOkHttpCustomizer> customizers) {
    this.fits = link();
    this.bundles = bundles;
    this.customizers = customizers;
  }

  /**
   * Links what OkHttp connects with where an Okio may not fit, so that it is found now and not by
   * the first call.
   *
   * @return whether they surely fit together
   * @throws LinkageError if they do not fit together
   */
  private static boolean link() {
    ClassLoader classes = OkHttpClient.class.getClassLoader();
    if (classes.getResource(SOCKET_OF_OKIO) != null && isOnce(classes)) {
      return true; // and what connects is loaded by the first call
    }
    try {
      Object unused = Class.forName(CONNECTION, false, classes).getDeclaredFields();
    } catch (ClassNotFoundException e) {
      // Another OkHttp, or a native image, which was linked when it was built.
    }
    return false;
  }

  /** Whether nothing but the network can keep a client from working that is made later. */
  boolean mayBeLate() {
    return fits && customizers.isEmpty();
  }

  private static boolean isOnce(ClassLoader classes) {
    try {
      Enumeration<URL> copies = classes.getResources("okhttp3/OkHttpClient.class");
      copies.nextElement();
      return !copies.hasMoreElements();
    } catch (IOException | NoSuchElementException e) {
      return false; // a class path that cannot be looked through
    }
  }

  /**
   * A provider's own client, without its proxy and its time to connect; null if the one that all
   * share serves it.
   */
  @Nullable OkHttpClient client(String provider, ProviderProperties settings) {
    String bundle = settings.ssl() == null ? null : settings.ssl().bundle();
    if (customizers.isEmpty() && bundle == null) {
      return null;
    }
    if (bundle == null) {
      return build(provider, settings, ownPool(trusting().newBuilder()));
    }
    SslBundles all = bundlesWith(at(provider), bundle);
    OkHttpClient.Builder client = ownPool(plain());
    BundleSockets sockets = secure(client, all.getBundle(bundle));
    OkHttpClient built = build(provider, settings, client);
    all.addBundleUpdateHandler(
        bundle,
        reloaded -> {
          sockets.use(reloaded);
          built.connectionPool().evictAll(); // those that no call uses were made with the old one
        });
    return built;
  }

  /**
   * How long connecting may take; null for as long as usual.
   *
   * @throws SetupException if it is no time that a socket can keep
   */
  static @Nullable Duration connectTimeout(String provider, ProviderProperties settings) {
    Duration timeout = settings.connectTimeout();
    if (timeout == null) {
      return null;
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new SetupException(
          at(provider) + ".connect-timeout is not more than 0.", "Set it to a time, such as 5s.");
    }
    if (timeout.compareTo(LONGEST_TO_CONNECT) > 0) {
      throw new SetupException(
          at(provider)
              + ".connect-timeout is "
              + PropertyWords.of(timeout)
              + ", and no more than 24 days.",
          "Set it to a time, such as 5s.");
    }
    return timeout;
  }

  /**
   * The proxy; null for none.
   *
   * @throws SetupException if it has no address
   */
  static @Nullable Proxy proxy(String provider, ProviderProperties settings) {
    ProviderProperties.ProxyProperties proxy = settings.proxy();
    if (proxy == null || (proxy.hasLogin() && !proxy.hasAddress())) {
      return null; // there may be one of the system's, which is told the user
    }
    return proxy(at(provider), proxy);
  }

  private static String at(String provider) {
    return "resilient-llm.providers." + provider;
  }

  /** With what is trusted by default, which takes long to read: once for all that differ. */
  private OkHttpClient trusting() {
    OkHttpClient known = trusting;
    if (known == null) {
      known = plain().build();
      trusting = known;
    }
    return known;
  }

  private static OkHttpClient.Builder plain() {
    return new OkHttpClient.Builder()
        .protocols(List.of(Protocol.HTTP_1_1)); // a customizer may have HTTP/2, with a ping
  }

  private static OkHttpClient.Builder ownPool(OkHttpClient.Builder client) {
    return client
        .connectionPool(new ConnectionPool(IDLE_CONNECTIONS, 5, TimeUnit.MINUTES))
        .dispatcher(new Dispatcher());
  }

  /** What a customizer sees is all that there is, so that it may change it. */
  private OkHttpClient build(
      String provider, ProviderProperties settings, OkHttpClient.Builder client) {
    Duration connect = connectTimeout(provider, settings);
    if (connect != null) {
      client.connectTimeout(connect);
    }
    Proxy proxy = proxy(provider, settings);
    if (proxy != null) {
      client.proxy(proxy);
    }
    customizers.forEach(customizer -> customizer.customize(provider, client));
    return client.build();
  }

  private static Proxy proxy(String at, ProviderProperties.ProxyProperties proxy) {
    String host = proxy.host();
    if (host == null || host.isBlank() || proxy.port() < 1 || proxy.port() > 65_535) {
      throw new SetupException(
          at
              + ".proxy has "
              + (host == null || host.isBlank() ? "no host" : "the host \"" + host + "\"")
              + (proxy.port() == 0 ? " and no port" : " and the port " + proxy.port())
              + ", which is no address.",
          "Set " + at + ".proxy.host and " + at + ".proxy.port (1 to 65535).");
    }
    Proxy.Type type =
        proxy.type() == ProviderProperties.ProxyType.SOCKS ? Proxy.Type.SOCKS : Proxy.Type.HTTP;
    return new Proxy(type, InetSocketAddress.createUnresolved(host, proxy.port()));
  }

  private SslBundles bundlesWith(String at, String name) {
    if (bundles != null && bundles.getBundleNames().contains(name)) {
      return bundles;
    }
    throw new SetupException(
        at + ".ssl.bundle is \"" + name + "\", and there is no such bundle.",
        Nearest.advice(name, "bundles", bundles == null ? List.of() : bundles.getBundleNames())
            + " Define it under spring.ssl.bundle.");
  }

  private static BundleSockets secure(OkHttpClient.Builder client, SslBundle bundle) {
    BundleSockets sockets = new BundleSockets(bundle);
    client.sslSocketFactory(sockets, trust(bundle));
    SslOptions options = bundle.getOptions();
    if (!options.isSpecified()) {
      return sockets;
    }
    ConnectionSpec.Builder spec = new ConnectionSpec.Builder(ConnectionSpec.MODERN_TLS);
    if (options.getEnabledProtocols() != null) {
      spec.tlsVersions(options.getEnabledProtocols());
    }
    if (options.getCiphers() != null) {
      spec.cipherSuites(options.getCiphers());
    }
    client.connectionSpecs(List.of(spec.build(), ConnectionSpec.CLEARTEXT));
    return sockets;
  }

  private static X509TrustManager trust(SslBundle bundle) {
    for (TrustManager manager : bundle.getManagers().getTrustManagers()) {
      if (manager instanceof X509TrustManager trust) {
        return trust;
      }
    }
    throw new IllegalStateException("The SSL bundle has no X.509 trust manager");
  }
}
