package io.github.resilientllm.test.vendor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Who has signed the certificates of vendors that speak TLS. A client under test is told to trust
 * it, and nobody else should: the keys are in the kit's jar.
 *
 * <pre>{@code
 * HttpClient.newBuilder().sslContext(LocalAuthority.context());
 * new OkHttpClient.Builder().sslSocketFactory(
 *     LocalAuthority.context().getSocketFactory(), LocalAuthority.trust());
 * }</pre>
 */
public final class LocalAuthority {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private LocalAuthority() {}

  /** A trust manager that trusts it alone. */
  public static X509TrustManager trust() {
    try {
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(store("authority"));
      return (X509TrustManager) managers.getTrustManagers()[0];
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The JDK has no trust managers", e);
    }
  }

  /** A context of clients that trust it alone. */
  public static SSLContext context() {
    return context(null, new TrustManager[] {trust()});
  }

  /**
   * The context of a server.
   *
   * @param isOwnName whether its certificate is for 127.0.0.1 and localhost, or for somebody else
   */
  static SSLContext server(boolean isOwnName) {
    try {
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(store(isOwnName ? "vendor" : "somebody-else"), PASSWORD);
      return context(managers, null);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The JDK has no key managers", e);
    }
  }

  private static SSLContext context(
      @Nullable KeyManagerFactory keys, TrustManager @Nullable [] trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys == null ? null : keys.getKeyManagers(), trust, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The JDK has no TLS", e);
    }
  }

  /**
   * Made by the JDK's keytool for a hundred years, for making them takes seconds: an authority
   * ({@code -ext bc:c}), two pairs of keys that it has signed ({@code -signer authority -ext
   * san=ip:127.0.0.1,dns:localhost}, {@code -ext san=dns:somebody.else}), each in a file of its
   * own.
   */
  private static KeyStore store(String name) throws GeneralSecurityException {
    try (InputStream in = LocalAuthority.class.getResourceAsStream(name + ".p12")) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD);
      return store;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
