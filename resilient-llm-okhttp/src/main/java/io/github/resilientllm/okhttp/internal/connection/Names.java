package io.github.resilientllm.okhttp.internal.connection;

import io.github.resilientllm.okhttp.internal.waiting.Aside;
import io.github.resilientllm.okhttp.internal.waiting.Closing;
import io.github.resilientllm.okhttp.internal.waiting.Elapsed;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import okhttp3.Dns;
import org.jspecify.annotations.Nullable;

/**
 * A resolver around another one that may hang: asked on a thread of its own, waited for no longer
 * than the attempt is open, and with the last good addresses for when it is of no use. An outage of
 * DNS is none of the vendor's.
 */
public final class Names implements Dns {
  private static final int MAX_THREADS = 32; // one for each name that hangs
  private static final int MAX_KNOWN = 1_000; // names; an application has some ten

  /** A resolver answers in milliseconds, or after it has asked its second server, in seconds. */
  private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(500);

  /** The system's resolver gives up after some ten seconds; one that has not is stuck. */
  private static final long STUCK = TimeUnit.SECONDS.toNanos(10);

  private static final Aside THREADS = new Aside("resilient-llm-names", MAX_THREADS);
  private static final Names OF_SYSTEM = new Names(Dns.SYSTEM, Elapsed::nanos);

  private final Dns resolver;
  private final LongSupplier nanos;
  private final Map<String, Lookup> running = new ConcurrentHashMap<>();
  private final Map<String, List<InetAddress>> known = new ConcurrentHashMap<>();

  private record Lookup(CompletableFuture<List<InetAddress>> found, long since) {}

  /** The wait was ended, which says nothing about the name. */
  public static final class Ended extends UnknownHostException {
    private static final long serialVersionUID = 1L;

    Ended(String host) {
      super(host + " was no longer waited for");
    }
  }

  Names(Dns resolver, LongSupplier nanos) {
    this.resolver = resolver;
    this.nanos = nanos;
  }

  /** The one around this resolver; what the system's has found is known to all clients. */
  static Names around(Dns resolver) {
    if (resolver instanceof Names names) {
      return names;
    }
    return resolver == Dns.SYSTEM ? OF_SYSTEM : new Names(resolver, Elapsed::nanos);
  }

  @Override
  public List<InetAddress> lookup(String host) throws UnknownHostException {
    List<InetAddress> before = known.get(host);
    Lookup lookup = running.compute(host, this::joinOrBegin);
    CompletableFuture<?> unused =
        lookup.found().whenComplete((found, failed) -> running.remove(host, lookup));
    long patience = STUCK;
    if (before != null) {
      patience = Math.max(0, lookup.since() + PATIENCE - nanos.getAsLong());
    }
    try {
      List<InetAddress> found = Closing.current().await(lookup.found(), patience);
      if (found != null) {
        return found;
      }
    } catch (Closing.Ended e) {
      throw new Ended(host);
    } catch (ExecutionException e) {
      if (before == null) {
        throw failure(host, e.getCause());
      }
    }
    if (before == null) {
      throw new UnknownHostException(host + " was not resolved in time");
    }
    return before;
  }

  private Lookup joinOrBegin(String host, @Nullable Lookup current) {
    long now = nanos.getAsLong();
    if (current != null && !current.found().isDone() && now - current.since() < STUCK) {
      return current;
    }
    return new Lookup(THREADS.run(() -> resolve(host)), now);
  }

  /** Also what comes too late for those who asked is good for those who come later. */
  private List<InetAddress> resolve(String host) throws UnknownHostException {
    List<InetAddress> found = List.copyOf(resolver.lookup(host));
    if (found.isEmpty()) {
      throw new UnknownHostException(host + " has no addresses");
    }
    if (known.containsKey(host) || known.size() < MAX_KNOWN) {
      known.put(host, found);
    }
    return found;
  }

  private static UnknownHostException failure(String host, @Nullable Throwable cause) {
    if (cause instanceof UnknownHostException unknown) {
      return unknown;
    }
    UnknownHostException failure = new UnknownHostException(host + " could not be resolved");
    failure.initCause(cause);
    return failure;
  }
}
