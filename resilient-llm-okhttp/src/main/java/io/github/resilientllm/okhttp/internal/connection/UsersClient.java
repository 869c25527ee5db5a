package io.github.resilientllm.okhttp.internal.connection;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.SocketFactory;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client of a user's own, whose settings are kept where they are not dangerous. Of each setting
 * that is, one warning tells: what stands in its place, and what to do about it.
 */
final class UsersClient {
  private static final Logger LOG = LoggerFactory.getLogger(UsersClient.class);
  private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

  private static final int OKHTTPS_TIMEOUT = 10_000; // milliseconds; who has it has said nothing
  private static final Duration PING = Duration.ofSeconds(15);

  private UsersClient() {}

  /**
   * The client with what is dangerous replaced.
   *
   * @param wantsHttp2 whether HTTP/2 was asked for, with a ping
   */
  static OkHttpClient.Builder safe(OkHttpClient users, boolean wantsHttp2) {
    OkHttpClient.Builder client = users.newBuilder();
    if (users.callTimeoutMillis() != 0) {
      tell("callTimeout", "is switched off: a call ends by its deadline; set Timeouts");
    }
    if (isSaid(users.readTimeoutMillis())) {
      tell("readTimeout", "is switched off: a model may think for minutes; set Timeouts");
    }
    if (isSaid(users.writeTimeoutMillis())) {
      tell("writeTimeout", "is switched off: a call ends by its deadline; set Timeouts");
    }
    if (users.connectTimeoutMillis() == 0) {
      client.connectTimeout(Transport.CONNECT_TIMEOUT);
      tell("connectTimeout", "is 10 s instead of none: no other address would ever be tried");
    }
    if (!users.retryOnConnectionFailure()) {
      tell(
          "retryOnConnectionFailure",
          "is switched on: it only tries further addresses, no request is sent again");
    }
    if (!wantsHttp2) {
      multiplex(users, client);
    }
    if (users.socketFactory() == SocketFactory.getDefault()) {
      client.socketFactory(new NoDelaySockets());
    }
    return client
        .dns(Names.around(users.dns()))
        .proxyAuthenticator(ProxyLogin.by(users.proxyAuthenticator()));
  }

  /** Without a ping, a dead connection of HTTP/2 is used until the operating system gives it up. */
  private static void multiplex(OkHttpClient users, OkHttpClient.Builder client) {
    List<Protocol> protocols = users.protocols();
    if (users.pingIntervalMillis() != 0) {
      return;
    }
    if (protocols.contains(Protocol.H2_PRIOR_KNOWLEDGE)) {
      client.pingInterval(PING);
      tell("pingInterval", "is 15 s instead of none: a dead connection would stay in use");
    } else if (protocols.contains(Protocol.HTTP_2)) {
      client.protocols(List.of(Protocol.HTTP_1_1));
      tell(
          "protocols",
          "are HTTP/1.1 alone: without a ping a dead connection of HTTP/2 would stay in use;"
              + " set a pingInterval to have it");
    }
  }

  private static boolean isSaid(int timeoutMillis) {
    return timeoutMillis != 0 && timeoutMillis != OKHTTPS_TIMEOUT;
  }

  private static void tell(String setting, String what) {
    if (TOLD.add(setting)) {
      LOG.warn("The OkHttpClient's {} {}", setting, what);
    }
  }
}
