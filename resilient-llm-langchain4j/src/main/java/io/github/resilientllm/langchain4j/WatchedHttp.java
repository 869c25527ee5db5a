package io.github.resilientllm.langchain4j;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's HTTP client for a model of LangChain4j's, telling this library's attempts what
 * LangChain4j does not: how to end a stream that has said nothing yet, and the headers of an error.
 *
 * <pre>{@code
 * OpenAiStreamingChatModel.builder()
 *     .httpClientBuilder(
 *         JdkHttpClient.builder().httpClientBuilder(WatchedHttp.over(HttpClient.newBuilder())))
 * }</pre>
 *
 * <p>Without it an attempt that is given up before its first piece is left alone until the model's
 * own time-out, and a {@code Retry-After} is not heard. Requests of others pass as they are.
 */
public final class WatchedHttp {
  private WatchedHttp() {}

  /** A builder of such clients over another builder, which it changes. */
  public static HttpClient.Builder over(HttpClient.Builder builder) {
    Objects.requireNonNull(builder, "builder");
    return (HttpClient.Builder)
        Proxy.newProxyInstance(
            WatchedHttp.class.getClassLoader(),
            new Class<?>[] {HttpClient.Builder.class},
            (proxy, method, arguments) -> {
              Object result;
              try {
                result = method.invoke(builder, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
              if (result instanceof HttpClient client) {
                return new Watched(client);
              }
              return result == builder ? proxy : result;
            });
  }

  /** One client. */
  private static final class Watched extends HttpClient {
    private final HttpClient client;

    Watched(HttpClient client) {
      this.client = client;
    }

    @Override
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
        throws IOException, InterruptedException {
      Exchange exchange = Exchange.current();
      return client.send(
          request,
          exchange == null
              ? handler
              : info -> {
                exchange.answered(info.headers());
                return handler.apply(info);
              });
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
        HttpRequest request, BodyHandler<T> handler) {
      return sendAsync(request, handler, null);
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
        HttpRequest request, BodyHandler<T> handler, @Nullable PushPromiseHandler<T> pushPromises) {
      Exchange exchange = Exchange.current();
      if (exchange == null) {
        return client.sendAsync(request, handler, pushPromises);
      }
      AtomicReference<@Nullable Body<T>> begun = new AtomicReference<>();
      CompletableFuture<HttpResponse<T>> sent =
          client.sendAsync(
              request,
              info -> {
                exchange.answered(info.headers());
                Body<T> body = new Body<>(handler.apply(info));
                begun.set(body);
                return body;
              },
              pushPromises);
      exchange.begun(
          () -> {
            sent.cancel(true);
            Body<T> body = begun.get(); // whose future may be complete while it is still read
            if (body != null) {
              body.end();
            }
          });
      return sent;
    }

    @Override
    public Optional<CookieHandler> cookieHandler() {
      return client.cookieHandler();
    }

    @Override
    public Optional<Duration> connectTimeout() {
      return client.connectTimeout();
    }

    @Override
    public Redirect followRedirects() {
      return client.followRedirects();
    }

    @Override
    public Optional<ProxySelector> proxy() {
      return client.proxy();
    }

    @Override
    public SSLContext sslContext() {
      return client.sslContext();
    }

    @Override
    public SSLParameters sslParameters() {
      return client.sslParameters();
    }

    @Override
    public Optional<Authenticator> authenticator() {
      return client.authenticator();
    }

    @Override
    public Version version() {
      return client.version();
    }

    @Override
    public Optional<Executor> executor() {
      return client.executor();
    }
  }

  /** A body that can be ended by another thread than that which reads it. */
  private static final class Body<T> implements BodySubscriber<T> {
    private final BodySubscriber<T> reader;
    private volatile Flow.@Nullable Subscription subscription;

    Body(BodySubscriber<T> reader) {
      this.reader = reader;
    }

    void end() {
      Flow.Subscription open = subscription;
      if (open != null) {
        open.cancel();
        reader.onError(new IOException("the attempt was closed")); // who blocks in it wakes up
      }
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      reader.onSubscribe(given);
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
      reader.onNext(bytes);
    }

    @Override
    public void onError(Throwable failure) {
      reader.onError(failure);
    }

    @Override
    public void onComplete() {
      reader.onComplete();
    }

    @Override
    public CompletionStage<T> getBody() {
      return reader.getBody();
    }
  }
}
