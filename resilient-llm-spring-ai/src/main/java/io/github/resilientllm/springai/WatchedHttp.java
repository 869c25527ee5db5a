package io.github.resilientllm.springai;

import io.github.resilientllm.chat.Experimental;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;

/**
 * What knows the HTTP calls of a model's attempts, so that one can be ended at once: the SDKs of
 * OpenAI and Anthropic close no connection that is silent.
 *
 * <pre>{@code
 * WatchedHttp http = new WatchedHttp();
 * OpenAiChatModel model =
 *     OpenAiChatModel.builder().httpClientBuilderCustomizer(client -> client.interceptor(http))...
 * LlmProvider provider = SpringAi.provider(model, http);
 * }</pre>
 *
 * <p>An attempt is known by a header of its request, which is taken off here. In a Spring Boot
 * application the models that are configured by properties have it. Safe for use by several
 * threads, and for several models.
 */
@Experimental
public final class WatchedHttp implements Interceptor {
  private static final String HEADER = "Resilient-LLM-Attempt";

  private final AtomicLong begun = new AtomicLong();
  private final Map<String, Exchange> open = new ConcurrentHashMap<>();

  /** One that has seen no call. */
  public WatchedHttp() {}

  @Override
  public Response intercept(Chain chain) throws IOException {
    Request request = chain.request();
    String attempt = request.header(HEADER);
    if (attempt == null) {
      return chain.proceed(request);
    }
    Exchange exchange = open.get(attempt);
    if (exchange == null || !exchange.add(chain.call())) {
      throw new IOException("The attempt was closed before its request was sent");
    }
    return chain.proceed(request.newBuilder().removeHeader(HEADER).build());
  }

  /** Whether requests with such options can have a header of their own. */
  static boolean knows(ChatOptions options) {
    return RequestHeaders.of(options) != null;
  }

  Exchange begin() {
    Exchange exchange = new Exchange(Long.toString(begun.incrementAndGet()));
    open.put(exchange.attempt, exchange);
    return exchange;
  }

  /** The HTTP calls of one attempt. */
  final class Exchange {
    private final String attempt;

    // Guarded by this object's lock.
    private final List<Call> calls = new ArrayList<>(1); // of an SDK that retries, several
    private boolean closed;

    private Exchange(String attempt) {
      this.attempt = attempt;
    }

    /** The prompt by which its calls are known. */
    Prompt marked(Prompt prompt, ChatOptions own) {
      ChatOptions options = prompt.getOptions() == null ? own : prompt.getOptions();
      RequestHeaders headers = RequestHeaders.of(options);
      return headers == null
          ? prompt
          : new Prompt(prompt.getInstructions(), headers.with(options, HEADER, attempt));
    }

    private synchronized boolean add(Call call) {
      calls.add(call);
      return !closed;
    }

    /** Ends it well: its connection stays for others. */
    void done() {
      open.remove(attempt);
    }

    /** Ends it at once, whatever the vendor has said or not. */
    void close() {
      open.remove(attempt);
      List<Call> running;
      synchronized (this) {
        closed = true;
        running = List.copyOf(calls);
      }
      running.forEach(Call::cancel);
    }
  }
}
