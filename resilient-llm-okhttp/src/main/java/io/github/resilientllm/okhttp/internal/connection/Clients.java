package io.github.resilientllm.okhttp.internal.connection;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import okhttp3.Authenticator;
import okhttp3.ConnectionSpec;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP clients: one for all providers, and variations of it or of the user's own. */
public final class Clients {
  public static final String USER_AGENT = "resilient-llm/" + version();

  private static final Logger LOG = LoggerFactory.getLogger(Clients.class);

  static {
    warnOfTwoOkHttps();
  }

  private Clients() {}

  /**
   * The client that all share. Made on a thread of its own: the certificates that it trusts take a
   * tenth of a second to read, for which neither an application's start nor its first call need
   * wait.
   */
  private static final class Shared {
    static final CompletableFuture<OkHttpClient> CLIENT =
        CompletableFuture.supplyAsync(shared()::build, Clients::inBackground);
  }

  /** The same for who asks without TLS, such as a test at this machine: it reads none. */
  private static final class SharedPlain {
    static final CompletableFuture<OkHttpClient> CLIENT =
        CompletableFuture.supplyAsync(
            shared().connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))::build,
            Clients::inBackground);
  }

  /** The connections to the host of a URL. */
  public static Connections connections(Transport settings, HttpUrl url, LongSupplier nanos) {
    if (settings.isShared()) {
      return new Connections(shared(url)::join, url, settings, nanos);
    }
    OkHttpClient client = client(settings);
    return new Connections(() -> client, url, settings, nanos);
  }

  /**
   * A client with what safety asks for: no redirect, since the key would go along, no clock but
   * that of connecting, since the engine has the clocks, and no connection that could be dead for
   * long. A user's own keeps all else.
   */
  public static OkHttpClient client(Transport settings) {
    OkHttpClient users = settings.users();
    // A new builder keeps the pool, the dispatcher and all other settings of the client.
    OkHttpClient.Builder client =
        users == null
            ? Shared.CLIENT.join().newBuilder()
            : UsersClient.safe(users, settings.ping() != null);
    if (users == null && !settings.isOfSharedPool()) {
      client.connectionPool(settings.newPool());
    }
    if (settings.proxy() != null) {
      client.proxy(settings.proxy());
    }
    ProxyLogin login = settings.login();
    if (login != null) {
      client.proxyAuthenticator(login);
    }
    Duration ping = settings.ping();
    if (ping != null) {
      client.protocols(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1)).pingInterval(ping);
    }
    return safe(client).build();
  }

  /** The client that all share who ask as this URL does. */
  static CompletableFuture<OkHttpClient> shared(HttpUrl url) {
    return url.isHttps() ? Shared.CLIENT : SharedPlain.CLIENT;
  }

  /** All but the last step, so that an OkHttp that does not fit is found here. */
  private static OkHttpClient.Builder shared() {
    return safe(
        new OkHttpClient.Builder()
            .protocols(List.of(Protocol.HTTP_1_1))
            .connectTimeout(Transport.CONNECT_TIMEOUT)
            .connectionPool(Transport.STANDARD.newPool())
            .proxyAuthenticator(ProxyLogin.by(Authenticator.NONE))
            .dns(Names.around(Dns.SYSTEM))
            .socketFactory(new NoDelaySockets()));
  }

  private static void inBackground(Runnable work) {
    Thread thread = new Thread(work, "resilient-llm-http-client");
    thread.setDaemon(true);
    thread.start();
  }

  private static OkHttpClient.Builder safe(OkHttpClient.Builder client) {
    if (!client.networkInterceptors().contains(Connections.CHOICE)) { // else it is made of ours
      client.addInterceptor(Trip.CONNECTING).addNetworkInterceptor(Connections.CHOICE);
    }
    return client
        .followRedirects(false)
        .followSslRedirects(false)
        .retryOnConnectionFailure(
            true) // which tries other addresses; no body of ours is sent again
        .callTimeout(Duration.ZERO)
        .readTimeout(Duration.ZERO)
        .writeTimeout(Duration.ZERO);
  }

  /** OkHttp 4 and 5 have different artifact names, so build tools do not see that they clash. */
  private static void warnOfTwoOkHttps() {
    List<URL> copies = copies("okhttp3/OkHttpClient.class");
    if (copies.size() > 1) {
      LOG.warn(
          "OkHttp is on the class path {} times, so its classes may be mixed; exclude all but one: {}",
          copies.size(),
          copies);
    }
  }

  public static List<URL> copies(String resource) {
    try {
      return Collections.list(Clients.class.getClassLoader().getResources(resource));
    } catch (IOException e) {
      return List.of(); // a class path that cannot be looked through is no reason not to start
    }
  }

  private static String version() {
    try (InputStream in = Clients.class.getResourceAsStream("version.txt")) {
      return in == null ? "?" : new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
    } catch (IOException e) {
      return "?";
    }
  }
}
