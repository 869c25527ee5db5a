package io.github.resilientllm.okhttp.internal.connection;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Connection;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * What we know of a connection that OkHttp does not: when its other end was last heard, and for how
 * long the server said it would keep it. Safe for several threads.
 */
final class Flow {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final int MAX_HINT = 86_400; // a day, in seconds

  /**
   * What was heard this recently is not looked at. The look takes a millisecond, which a busy
   * client would pay with every call. It is short, for a server that is reloaded ends all its
   * connections at once, also those that have just answered.
   */
  private static final long TRUSTED = TimeUnit.MILLISECONDS.toNanos(5);

  private static final Map<Connection, Flow> ALL = Collections.synchronizedMap(new WeakHashMap<>());

  private final boolean isMultiplexed;
  private final AtomicBoolean isLeft = new AtomicBoolean();
  private volatile boolean isUsed;
  private volatile long heardAt;
  private volatile long keptFor = Long.MAX_VALUE;

  /** A new one. */
  Flow(boolean isMultiplexed, long now) {
    this.isMultiplexed = isMultiplexed;
    this.heardAt = now;
  }

  /** What is known of a connection; new if nothing is, which mostly means that it is new itself. */
  static Flow of(Connection connection, long now) {
    Flow known = ALL.get(connection);
    if (known == null) {
      Protocol protocol = connection.protocol();
      boolean isHttp1 = protocol == Protocol.HTTP_1_1 || protocol == Protocol.HTTP_1_0;
      Flow flow = new Flow(!isHttp1, now);
      known = ALL.putIfAbsent(connection, flow);
      known = known == null ? flow : known;
    }
    return known;
  }

  /** Whether it carries several requests at a time (HTTP/2). */
  boolean isMultiplexed() {
    return isMultiplexed;
  }

  /** Whether a request has gone over it before. */
  boolean isUsed() {
    return isUsed;
  }

  void use() {
    isUsed = true;
  }

  /** Gives it up; false if somebody has before. */
  boolean leave() {
    return isLeft.compareAndSet(false, true);
  }

  long heardAt() {
    return heardAt;
  }

  void heard(long now) {
    heardAt = now;
  }

  /** Reads a {@code Keep-Alive: timeout=5, max=100}; null and nonsense say nothing. */
  void hint(@Nullable String keepAlive) {
    if (keepAlive == null || !keepAlive.contains("timeout=")) {
      return;
    }
    int at = keepAlive.indexOf("timeout=");
    int seconds = 0;
    for (int i = at + "timeout=".length(); i < keepAlive.length(); i++) {
      char c = keepAlive.charAt(i);
      if (c < '0' || c > '9' || seconds > MAX_HINT) {
        break;
      }
      seconds = seconds * 10 + c - '0';
    }
    if (seconds > 0) { // a request that is sent in its last second arrives after it
      keptFor = seconds > 2 ? (seconds - 1) * SECOND : seconds * SECOND / 2;
    }
  }

  /**
   * Whether it must not be used, for its other end may be gone, or is.
   *
   * @param silentSince since when there are signs that connections of its age are dead
   * @param keptFor how long an idle one may be used
   * @param isForeign whether others may have used it without our seeing
   */
  boolean isDead(Socket socket, long now, long silentSince, long keptFor, boolean isForeign) {
    if (heardAt < silentSince) {
      return true;
    }
    if (isMultiplexed) {
      return isLeft.get(); // OkHttp reads it all the time, and sees its end
    }
    if (!isUsed) {
      return isForeign && isGone(socket);
    }
    long idle = now - heardAt;
    return idle > Math.min(keptFor, this.keptFor) || (idle > TRUSTED && isGone(socket));
  }

  /**
   * Whether the server has closed it, or says something that nobody has asked for. This takes a
   * millisecond, the shortest time that a socket can be read for. OkHttp looks too, but only at
   * what was idle for ten seconds; there are servers that close after one.
   */
  private static boolean isGone(Socket socket) {
    try {
      int before = socket.getSoTimeout();
      socket.setSoTimeout(1);
      try {
        int unused = socket.getInputStream().read();
        return true; // its end, or the notice that it is about to come
      } catch (SocketTimeoutException e) {
        return false;
      } finally {
        socket.setSoTimeout(before);
      }
    } catch (IOException e) {
      return true;
    }
  }
}
