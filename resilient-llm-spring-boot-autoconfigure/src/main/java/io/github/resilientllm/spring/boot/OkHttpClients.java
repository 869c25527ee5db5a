package io.github.resilientllm.spring.boot;

import io.github.resilientllm.spring.LlmOkHttpCustomizer;
import io.github.resilientllm.spring.internal.Nearest;
import io.github.resilientllm.spring.internal.SetupException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;

/** Makes the HTTP clients of those providers that the shared one does not serve. */
final class OkHttpClients {
  private static final int IDLE_CONNECTIONS = 64; // as the okhttp module's own client

  private final @Nullable SslBundles bundles;
  private final List<LlmOkHttpCustomizer> customizers;

  /**
   * A source of clients.
   *
   * @param bundles null if the application has none
   * @param customizers in their order
   */
  OkHttpClients(@Nullable SslBundles bundles, List<LlmOkHttpCustomizer> customizers) {
    this.bundles = bundles;
    this.customizers = customizers;
  }

  /** A provider's own client; null if it differs in nothing from the one that all share. */
  @Nullable OkHttpClient client(String provider, ProviderProperties settings) {
    String bundle = settings.ssl() == null ? null : settings.ssl().bundle();
    if (customizers.isEmpty()
        && bundle == null
        && settings.proxy() == null
        && settings.connectTimeout() == null) {
      return null;
    }
    String at = "resilient-llm.providers." + provider;
    OkHttpClient.Builder client =
        new OkHttpClient.Builder()
            .connectionPool(new ConnectionPool(IDLE_CONNECTIONS, 5, TimeUnit.MINUTES));
    if (settings.connectTimeout() != null) {
      if (settings.connectTimeout().isNegative() || settings.connectTimeout().isZero()) {
        throw new SetupException(
            at + ".connect-timeout is not more than 0.", "Set it to a time, such as 5s.");
      }
      client.connectTimeout(settings.connectTimeout());
    }
    if (settings.proxy() != null) {
      client.proxy(proxy(at, settings.proxy()));
    }
    if (bundle != null) {
      secure(client, bundle(at, bundle));
    }
    customizers.forEach(customizer -> customizer.customize(provider, client));
    return client.build();
  }

  private static Proxy proxy(String at, ProviderProperties.ProxyProperties proxy) {
    if (proxy.port() < 1 || proxy.port() > 65_535 || proxy.host().isBlank()) {
      throw new SetupException(
          at + ".proxy is \"" + proxy.host() + "\", port " + proxy.port() + ", and no address.",
          "Set " + at + ".proxy.host and " + at + ".proxy.port (1 to 65535).");
    }
    Proxy.Type type =
        proxy.type() == ProviderProperties.ProxyType.SOCKS ? Proxy.Type.SOCKS : Proxy.Type.HTTP;
    return new Proxy(type, InetSocketAddress.createUnresolved(proxy.host(), proxy.port()));
  }

  private SslBundle bundle(String at, String name) {
    try {
      if (bundles != null) {
        return bundles.getBundle(name);
      }
    } catch (NoSuchSslBundleException e) {
      // Said below, with the names there are.
    }
    throw new SetupException(
        at + ".ssl.bundle is \"" + name + "\", and there is no such bundle.",
        Nearest.advice(name, "bundles", bundles == null ? List.of() : bundles.getBundleNames())
            + " Define it under spring.ssl.bundle.");
  }

  private static void secure(OkHttpClient.Builder client, SslBundle bundle) {
    client.sslSocketFactory(bundle.createSslContext().getSocketFactory(), trust(bundle));
    SslOptions options = bundle.getOptions();
    if (!options.isSpecified()) {
      return;
    }
    ConnectionSpec.Builder spec = new ConnectionSpec.Builder(ConnectionSpec.MODERN_TLS);
    if (options.getEnabledProtocols() != null) {
      spec.tlsVersions(options.getEnabledProtocols());
    }
    if (options.getCiphers() != null) {
      spec.cipherSuites(options.getCiphers());
    }
    client.connectionSpecs(List.of(spec.build(), ConnectionSpec.CLEARTEXT));
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
