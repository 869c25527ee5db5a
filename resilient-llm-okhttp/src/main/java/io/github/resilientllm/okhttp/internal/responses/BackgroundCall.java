package io.github.resilientllm.okhttp.internal.responses;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.okhttp.internal.http.Cancels;
import io.github.resilientllm.okhttp.internal.http.Endpoint;
import io.github.resilientllm.okhttp.internal.http.HttpCall;
import io.github.resilientllm.okhttp.internal.http.HttpRequest;
import io.github.resilientllm.okhttp.internal.waiting.Closing;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import okhttp3.HttpUrl;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * One attempt whose response runs at the vendor's by itself. A stream that breaks off is attached
 * to again where it broke: it is the same response, so nothing is asked for or billed a second
 * time, and the pieces that come have no seam.
 *
 * <p>It is given up after some attempts in a row without a new event; the waits between them are
 * short beside the clocks of the engine, which end them by {@link #close()}. A call that is closed
 * before its end cancels the response, which would run on otherwise, and be billed.
 */
public final class BackgroundCall implements ProviderCall {

  /** What does not say that the response itself is over. */
  private static final Set<ErrorKind> BREAKS =
      EnumSet.of(
          ErrorKind.NETWORK,
          ErrorKind.STREAM_TRUNCATED,
          ErrorKind.TIMEOUT,
          ErrorKind.OVERLOADED,
          ErrorKind.SERVER_ERROR,
          ErrorKind.RATE_LIMITED);

  private static final int MAX_IN_VAIN = 5; // in a row; together they wait for some 8 seconds
  public static final Duration FIRST_WAIT = Duration.ofMillis(250); // doubles; the first is at once

  private final Endpoint endpoint;
  private final HttpRequest request;
  private final BackgroundReading reading;
  private final Duration firstWait;
  private final Closing closing = new Closing();
  private final Object lock = new Object(); // guards the two below
  private HttpCall current;
  private boolean isClosed;

  /**
   * What is asked if a response is gone that was left behind by a process; null as soon as anything
   * was heard of it, and if there was none.
   */
  private @Nullable ByteString instead;

  private int inVain;
  private long sequence = -1;
  private @Nullable ProviderException broken; // the first failure in a row

  BackgroundCall(
      Endpoint endpoint,
      ResponsesProtocol protocol,
      HttpRequest request,
      ByteString body,
      CallOptions options,
      Duration firstWait) {
    this.endpoint = endpoint;
    this.reading = new BackgroundReading(protocol, options);
    this.request = request;
    this.firstWait = firstWait;
    String left = options.attachTo().filter(ResponsesBookmark::isId).orElse(null);
    this.instead = left == null ? null : body;
    this.current =
        left == null ? asking(body) : hearing(url(left).addQueryParameter("stream", "true"));
  }

  @Override
  public ChatEvent.@Nullable Delta next() throws ProviderException {
    HttpCall call = current();
    while (true) {
      try {
        ChatEvent.Delta delta = call.next();
        instead = null;
        return delta;
      } catch (ProviderException e) {
        ByteString body = reading.bookmark() == null ? instead : null;
        call = body == null ? attach(e) : ask(body, e);
      }
    }
  }

  @Override
  public Completion completion() {
    return current().completion();
  }

  @Override
  public void close() {
    HttpCall call;
    synchronized (lock) {
      if (isClosed) {
        return;
      }
      isClosed = true;
      call = current;
    }
    closing.close();
    call.close();
    ResponsesBookmark at = reading.bookmark();
    if (at != null && !reading.isOver()) {
      Cancels.send(endpoint, url(at.responseId()).addPathSegment("cancel").build());
    }
  }

  private HttpCall current() {
    synchronized (lock) {
      return current;
    }
  }

  /** Another connection to the same response; throws the failure if there is none to be had. */
  private HttpCall attach(ProviderException failure) throws ProviderException {
    ResponsesBookmark at = reading.bookmark();
    if (at == null || reading.isOver()) {
      throw failure;
    }
    ProviderException first = broken;
    if (first == null || at.sequence() > sequence) {
      first = failure;
      inVain = 0;
    } else {
      inVain++;
    }
    broken = first;
    sequence = at.sequence();
    if (!BREAKS.contains(failure.kind()) || inVain > MAX_IN_VAIN || !pause(inVain)) {
      throw first; // that a response is no longer there says nothing against the model
    }
    return use(
        hearing(
            url(at.responseId())
                .addQueryParameter("stream", "true")
                .addQueryParameter("starting_after", Long.toString(at.sequence()))),
        first);
  }

  /**
   * What was left behind is gone, so it is asked for; throws the failure of a broken connection.
   */
  private HttpCall ask(ByteString body, ProviderException failure) throws ProviderException {
    if (BREAKS.contains(failure.kind())) {
      throw failure;
    }
    instead = null;
    return use(asking(body), failure);
  }

  private HttpCall use(HttpCall next, ProviderException failure) throws ProviderException {
    synchronized (lock) {
      if (isClosed) {
        throw failure;
      }
      current = next;
      return next;
    }
  }

  private HttpCall asking(ByteString body) {
    return new HttpCall(endpoint, reading, request, body, /* streaming= */ true);
  }

  private HttpCall hearing(HttpUrl.Builder url) {
    return new HttpCall(
        endpoint.at(url.build()), reading, request, /* body= */ null, /* streaming= */ true);
  }

  /** Waits before an attempt that follows one in vain; false if the call was closed. */
  private boolean pause(int attempt) {
    if (attempt == 0) {
      return true;
    }
    try {
      closing.await(new CompletableFuture<>(), firstWait.toNanos() << (attempt - 1));
      return true;
    } catch (Closing.Ended | ExecutionException e) {
      return false;
    }
  }

  private HttpUrl.Builder url(String responseId) {
    return endpoint.url().newBuilder().addPathSegment(responseId);
  }
}
