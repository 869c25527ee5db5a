package io.github.resilientllm.okhttp.internal.connection;

import java.lang.ref.WeakReference;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** What all who connect to a host through the same pool know of its connections. */
final class Host {
  private static final Map<ConnectionPool, Map<String, WeakReference<Host>>> ALL =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final AtomicLong silentSince = new AtomicLong(-1);
  private volatile @Nullable ConnectionPool successor;

  private Host() {}

  /** The host of a URL. */
  static Host of(HttpUrl url, ConnectionPool pool) {
    String name = url.scheme() + "://" + url.host() + ":" + url.port();
    Map<String, WeakReference<Host>> hosts =
        ALL.computeIfAbsent(pool, any -> new ConcurrentHashMap<>());
    synchronized (hosts) {
      WeakReference<Host> known = hosts.get(name);
      Host host = known == null ? null : known.get();
      if (host == null) {
        hosts.values().removeIf(each -> each.get() == null);
        host = new Host();
        hosts.put(name, new WeakReference<>(host));
      }
      return host;
    }
  }

  /** The time since when a connection that was not heard may be dead; negative if there is none. */
  long silentSince() {
    return silentSince.get();
  }

  /** Something was waited for in vain since this time. */
  void silent(long since) {
    silentSince.accumulateAndGet(since, Math::max);
  }

  /** The pool in place of the first one; null if that is still used. */
  @Nullable ConnectionPool successor() {
    return successor;
  }

  /** From now on connections are made anew, in this pool. */
  void succeed(ConnectionPool pool) {
    successor = pool;
  }
}
