package io.github.resilientllm.okhttp.internal.connection;

import java.net.Proxy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * What a user has said about connections.
 *
 * @param users a client of the user's own; null for ours
 * @param proxy null for that of the system or of the user's client
 * @param login who a proxy is told that asks; null for what the user's client says
 * @param saidConnectTimeout how long connecting to one address may take; null if not said
 * @param keepAlive how long an idle connection may be used
 * @param ping how often HTTP/2 asks for a sign of life; null for HTTP/1.1
 */
public record Transport(
    @Nullable OkHttpClient users,
    @Nullable Proxy proxy,
    @Nullable ProxyLogin login,
    @Nullable Duration saidConnectTimeout,
    Duration keepAlive,
    @Nullable Duration ping) {

  /** A handshake across an ocean takes under a second; three lost SYNs in a row take seven. */
  static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /**
   * Before any address is given ten seconds, all are given one: OkHttp 4 tries a host's addresses
   * one after the other, and the first may be the dead one.
   */
  static final Duration FIRST_CONNECT = Duration.ofSeconds(1);

  /**
   * Firewalls forget a flow after a minute or more, and what servers close sooner is seen. The
   * JDK's client keeps its connections as long.
   */
  public static final Duration KEEP_ALIVE = Duration.ofSeconds(30);

  /** OkHttp keeps 5, too few for calls to several vendors at once: each more is a new handshake. */
  private static final int IDLE_CONNECTIONS = 64;

  public static final Transport STANDARD = new Transport(null, null, null, null, KEEP_ALIVE, null);

  /** Whether the client that all share will do. */
  boolean isShared() {
    return users == null && proxy == null && login == null && isOfSharedPool();
  }

  /** Whether the pool that all share will do. */
  boolean isOfSharedPool() {
    return ping == null && keepAlive.compareTo(KEEP_ALIVE) <= 0;
  }

  /** How long connecting to one address may take, in the end. */
  Duration connectTimeout(OkHttpClient client) {
    return saidConnectTimeout == null
        ? Duration.ofMillis(client.connectTimeoutMillis())
        : saidConnectTimeout;
  }

  ConnectionPool newPool() {
    return new ConnectionPool(IDLE_CONNECTIONS, keepAlive.toMillis(), TimeUnit.MILLISECONDS);
  }
}
