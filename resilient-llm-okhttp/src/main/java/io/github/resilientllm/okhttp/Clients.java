package io.github.resilientllm.okhttp;

import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP clients: one for all providers, and variations of it or of the user's own. */
final class Clients {
  static final String USER_AGENT = "resilient-llm/" + version();

  private static final Logger LOG = LoggerFactory.getLogger(Clients.class);

  /** A handshake across an ocean takes under a second; three lost SYNs in a row take seven. */
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** OkHttp keeps 5, too few for calls to several vendors at once: each more is a new handshake. */
  private static final int IDLE_CONNECTIONS = 64;

  /**
   * Made on a thread of its own: the certificates that it trusts take a tenth of a second to read,
   * for which neither an application's start nor its first call need wait.
   */
  private static final CompletableFuture<OkHttpClient> SHARED =
      CompletableFuture.supplyAsync(shared()::build, Clients::inBackground);

  private Clients() {}

  /**
   * A client with what safety asks for: no redirect, since the key would go along, and no clock but
   * that of connecting, since the engine has the clocks.
   */
  static Call.Factory client(
      @Nullable OkHttpClient users, @Nullable Proxy proxy, @Nullable Duration connectTimeout) {
    if (users == null && proxy == null && connectTimeout == null) {
      return request -> SHARED.join().newCall(request);
    }
    // A new builder keeps the pool, the dispatcher and all other settings of the client.
    OkHttpClient.Builder client = safe((users == null ? SHARED.join() : users).newBuilder());
    if (proxy != null) {
      client.proxy(proxy);
    }
    if (connectTimeout != null) {
      client.connectTimeout(connectTimeout);
    }
    return client.build();
  }

  /** All but the last step, so that an OkHttp that does not fit is found here. */
  private static OkHttpClient.Builder shared() {
    warnOfTwoOkHttps();
    return safe(new OkHttpClient.Builder())
        .connectTimeout(CONNECT_TIMEOUT)
        .connectionPool(new ConnectionPool(IDLE_CONNECTIONS, 5, TimeUnit.MINUTES))
        .socketFactory(new NoDelaySockets());
  }

  private static void inBackground(Runnable work) {
    Thread thread = new Thread(work, "resilient-llm-http-client");
    thread.setDaemon(true);
    thread.start();
  }

  private static OkHttpClient.Builder safe(OkHttpClient.Builder client) {
    return client
        .followRedirects(false)
        .followSslRedirects(false)
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

  static List<URL> copies(String resource) {
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
