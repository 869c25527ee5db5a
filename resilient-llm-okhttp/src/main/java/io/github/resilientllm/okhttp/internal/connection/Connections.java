package io.github.resilientllm.okhttp.internal.connection;

import java.io.IOException;
import java.net.Proxy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one host: which of them may be used, and what happens to the others.
 *
 * <p>OkHttp trusts a connection that was well ten seconds ago, and one of HTTP/2 until the
 * operating system gives it up, which takes a quarter of an hour. Here an idle connection is looked
 * at before it is used, and when an attempt has waited in vain, all those of the host go that were
 * not heard since. So a retry never rides a dead connection, and a busy pool is not thrown away.
 */
public final class Connections {

  /** The last step before the wire, where the connection is known. */
  static final Interceptor CHOICE =
      chain -> {
        Request request = chain.request();
        Trip trip = request.tag(Trip.class);
        Connection connection = chain.connection();
        return trip == null || connection == null
            ? chain.proceed(request) // not ours
            : trip.connections().send(request, trip, connection, chain::proceed);
      };

  /** Whoever waits less than this has not waited in vain: a stream's pieces are as far apart. */
  private static final long IN_VAIN = TimeUnit.MILLISECONDS.toNanos(100);

  private final Supplier<OkHttpClient> made;
  private final HttpUrl url;
  private final Transport settings;
  private final LongSupplier nanos;

  private volatile @Nullable Ready ready;
  private volatile @Nullable String proxyAuthorization;

  /** A client with the pool that it has now. */
  private record Ready(Host host, OkHttpClient first, OkHttpClient current) {}

  /**
   * Connects to nobody yet.
   *
   * @param made the client, asked for when it is first needed
   */
  Connections(Supplier<OkHttpClient> made, HttpUrl url, Transport settings, LongSupplier nanos) {
    this.made = made;
    this.url = url;
    this.settings = settings;
    this.nanos = nanos;
    ProxyLogin login = settings.login();
    this.proxyAuthorization = login == null ? null : login.authorization();
  }

  /** A further request; its first attempt to connect is a short one. */
  public Trip trip(boolean patient) {
    Duration full = settings.connectTimeout(client());
    Duration first = full.compareTo(Transport.FIRST_CONNECT) < 0 ? full : Transport.FIRST_CONNECT;
    return new Trip(this, nanos, patient ? full : first);
  }

  /**
   * Sends nothing yet.
   *
   * @param request all of it but the body
   * @param body what is posted; null to get what the URL names
   */
  public Call newCall(Request.Builder request, @Nullable RequestBody body, Trip trip) {
    request.tag(Trip.class, trip);
    if (body != null) {
      request.post(body);
    }
    return client().newCall(request.build());
  }

  /** Sends a request over the connection that OkHttp has chosen for it. */
  private Response send(Request request, Trip trip, Connection connection, Trip.Exchange exchange)
      throws IOException {
    String authorization = proxyAuthorization;
    boolean isThroughProxy = connection.route().proxy().type() == Proxy.Type.HTTP;
    Request sent =
        authorization != null && isThroughProxy && !request.isHttps()
            ? request.newBuilder().header(ProxyLogin.HEADER, authorization).build()
            : request;
    Response response = trip.over(connection, sent, exchange);
    if (response.code() == ProxyLogin.WANTED && !isThroughProxy) {
      response.close();
      throw new ProxyLogin.Refused(); // of a proxy that nobody named; OkHttp has only a text for it
    }
    return response;
  }

  /** Whether a connection must not be used. */
  boolean isDead(Flow flow, Connection connection, long now) {
    boolean isDead =
        flow.isDead(
            connection.socket(),
            now,
            ready().host().silentSince(),
            settings.keepAlive().toNanos(),
            settings.users() != null);
    if (isDead && flow.isMultiplexed()) {
      leave(flow);
    }
    return isDead;
  }

  /**
   * The answer to a proxy that wants to know who asks, without encryption in between; false if
   * there is none, or it was given already.
   */
  public boolean answersProxy(Response refusal) throws IOException {
    if (refusal.code() != ProxyLogin.WANTED || url.isHttps()) {
      return false;
    }
    Request answer = client().proxyAuthenticator().authenticate(null, refusal);
    String authorization = answer == null ? null : answer.header(ProxyLogin.HEADER);
    if (authorization == null || authorization.equals(proxyAuthorization)) {
      return false;
    }
    proxyAuthorization = authorization;
    return true;
  }

  /** What is not to be shown; null if there is nothing. */
  public @Nullable String secret() {
    return proxyAuthorization;
  }

  /** An attempt was given up while it waited. */
  public void givenUp(Trip trip) {
    Flow flow = trip.flow();
    long since = trip.silentSince();
    if (flow == null || since < 0) {
      return; // nothing was sent, so nothing was waited for in vain
    }
    if (nanos.getAsLong() - since >= IN_VAIN) {
      ready().host().silent(since);
    }
    if (flow.isMultiplexed()) {
      leave(flow);
    }
  }

  /** A request has met the end of a connection that was idle: others have ended with it. */
  public void broken(Trip trip) {
    long since = trip.silentSince();
    if (since >= 0) {
      ready().host().silent(since);
    }
  }

  /** A connection of HTTP/2 cannot be taken out of its pool, so the pool is left. */
  private void leave(Flow flow) {
    if (!flow.leave()) {
      return;
    }
    Ready now = ready();
    ConnectionPool before = now.host().successor();
    now.host().succeed(settings.newPool());
    if (before != null) {
      before.evictAll(); // only those that nobody uses
    }
  }

  private OkHttpClient client() {
    Ready now = ready();
    ConnectionPool pool = now.host().successor();
    if (pool == null || pool.equals(now.current().connectionPool())) {
      return now.current();
    }
    OkHttpClient next = now.first().newBuilder().connectionPool(pool).build();
    ready = new Ready(now.host(), now.first(), next);
    return next;
  }

  private Ready ready() {
    Ready now = ready;
    if (now == null) {
      OkHttpClient client = made.get();
      now = new Ready(Host.of(url, client.connectionPool()), client, client);
      ready = now;
    }
    return now;
  }
}
