package io.github.resilientllm.okhttp.internal.connection;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import okhttp3.Connection;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * One request under way: what is known of it that its failure does not tell. OkHttp finds it as a
 * tag of the request.
 *
 * <p>{@link #wasNotProcessed} is the rule of what may be sent a second time without asking anybody;
 * ADR 16 gives its reasons.
 */
public final class Trip {

  /** How long connecting takes is said with each request. */
  static final Interceptor CONNECTING =
      chain -> {
        Trip trip = chain.request().tag(Trip.class);
        if (trip == null) {
          return chain.proceed(chain.request()); // not ours
        }
        int millis = (int) trip.connectTimeout.toMillis();
        return chain.withConnectTimeout(millis, TimeUnit.MILLISECONDS).proceed(chain.request());
      };

  private final Connections connections;
  private final LongSupplier nanos;
  private final Duration connectTimeout;

  private volatile @Nullable Flow flow;
  private volatile boolean wasUsed;
  private volatile boolean isDead;
  private volatile long sentAt = -1;
  private volatile boolean isBodyCut;

  Trip(Connections connections, LongSupplier nanos, Duration connectTimeout) {
    this.connections = connections;
    this.nanos = nanos;
    this.connectTimeout = connectTimeout;
  }

  /** Those of the host that it goes to. */
  Connections connections() {
    return connections;
  }

  /** The connection; null while there is none. */
  @Nullable Flow flow() {
    return flow;
  }

  /** Sends the request over the connection, if that is fit for it. */
  Response over(Connection connection, Request request, Exchange exchange) throws IOException {
    long now = nanos.getAsLong();
    Flow over = Flow.of(connection, now);
    flow = over;
    wasUsed = over.isUsed();
    if (connections.isDead(over, connection, now)) {
      isDead = true;
      throw new DeadConnection();
    }
    sentAt = nanos.getAsLong();
    over.use();
    Response response = exchange.proceed(request);
    over.heard(nanos.getAsLong());
    over.hint(response.header("Keep-Alive"));
    return response;
  }

  /** The rest of an exchange. */
  interface Exchange {
    Response proceed(Request request) throws IOException;
  }

  /** Something of the answer has come. */
  public void heard() {
    Flow over = flow;
    if (over != null) {
      over.heard(nanos.getAsLong());
    }
  }

  /** Since when nothing has come of a request that was sent; negative if none was. */
  long silentSince() {
    Flow over = flow;
    return over == null || sentAt < 0 ? -1 : Math.max(sentAt, over.heardAt());
  }

  /** The body could not be written to its end. */
  public void bodyIsCut() {
    isBodyCut = true;
  }

  /** Whether nothing was sent, because the connection was found dead. */
  public boolean foundDead() {
    return isDead;
  }

  /** Whether no address could be connected to in time. */
  public boolean wasNotConnected(IOException failure) {
    return flow == null && failure instanceof SocketTimeoutException;
  }

  /**
   * Whether the request that failed was surely not processed: the connection was used before, and
   * the server cannot have had all of the request; or a server of HTTP/2 says so.
   */
  public boolean wasNotProcessed(IOException failure) {
    Flow over = flow;
    if (over == null) {
      return false; // an outage, and nobody's connection: the engine decides
    }
    if (over.isMultiplexed()) {
      return String.valueOf(failure.getMessage()).contains("REFUSED_STREAM");
    }
    return wasUsed && isBodyCut;
  }
}
