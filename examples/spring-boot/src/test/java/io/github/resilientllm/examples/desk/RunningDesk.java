package io.github.resilientllm.examples.desk;

import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.spring.LlmClientCustomizer;
import io.github.resilientllm.test.vendor.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** The real application, spoken to over HTTP: on a free port of this process, or elsewhere. */
final class RunningDesk implements AutoCloseable {
  private final HttpClient http = HttpClient.newHttpClient();
  private final BlockingQueue<CallEvent> events = new LinkedBlockingQueue<>();
  private final @Nullable ConfigurableApplicationContext context;
  private final URI base;

  private RunningDesk(URI base) {
    this.base = base;
    this.context = null;
  }

  private RunningDesk(Path journal, String... arguments) {
    SpringApplication application = SupportDesk.application();
    application.addInitializers(
        started ->
            ((GenericApplicationContext) started)
                .registerBean(
                    "events",
                    LlmClientCustomizer.class,
                    () -> (policy, client) -> client.listener(events::add)));
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--server.port=0");
    all.add("--spring.main.banner-mode=off");
    all.add("--resilient-llm.journal.directory=" + journal);
    context = application.run(all.toArray(String[]::new));
    base =
        URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"));
  }

  /** One that runs in another process, which is not ours to stop. */
  static RunningDesk at(URI base) {
    return new RunningDesk(base);
  }

  /** Starts it as it is delivered. */
  static RunningDesk start(Path journal) {
    return new RunningDesk(journal);
  }

  /** Starts it with faster vendors, and without breakers, which remember the test before. */
  static RunningDesk startForgetful(Path journal) {
    return new RunningDesk(
        journal,
        "--desk.local.millis-per-word=10",
        "--resilient-llm.policies.support.stall-timeout=300ms",
        "--resilient-llm.policies.support.retry.base-delay=1ms",
        "--resilient-llm.targets.gpt.circuit-breaker.enabled=false",
        "--resilient-llm.targets.claude.circuit-breaker.enabled=false");
  }

  URI uri(String path) {
    return base.resolve(path);
  }

  String get(String path) {
    HttpResponse<String> response =
        send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new AssertionError(path + ": HTTP " + response.statusCode());
    }
    return response.body();
  }

  /** Starts an outage. */
  void outage(String trouble, String... vendors) {
    List<String> quoted = List.of(vendors).stream().map(Json::quote).toList();
    String body = "{\"trouble\":\"%s\",\"vendors\":%s}".formatted(trouble, quoted);
    send(
        request("/api/outage").PUT(BodyPublishers.ofString(body)).build(),
        BodyHandlers.discarding());
  }

  void endOutage() {
    send(request("/api/outage").DELETE().build(), BodyHandlers.discarding());
  }

  /** Asks, and reads the answer as it is written. */
  Answering ask(String ticket, String question) {
    return new Answering(
        post("/api/tickets/" + ticket + "/questions", body(question), BodyHandlers.ofInputStream())
            .body());
  }

  Answering resume(String ticket) {
    HttpResponse<InputStream> response =
        post("/api/tickets/" + ticket + "/resume", "{}", BodyHandlers.ofInputStream());
    return new Answering(response.body());
  }

  Map<String, Object> label(String question) {
    return parsed(post("/api/tickets/t-1/label", body(question), BodyHandlers.ofString()).body());
  }

  /** The HTTP status of what is posted. */
  int status(String path, String type, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", type)
            .POST(BodyPublishers.ofString(body))
            .build();
    return send(request, BodyHandlers.discarding()).statusCode();
  }

  /** The conversation as the page gets it. */
  Map<String, Object> conversation(String ticket) {
    return parsed(get("/api/tickets/" + ticket));
  }

  /** Waits until a call ends, and says why it failed; null if it did not. */
  ErrorKind nextFailure() throws InterruptedException {
    while (true) {
      CallEvent event = events.poll(20, TimeUnit.SECONDS);
      if (event == null) {
        throw new AssertionError("No call ended");
      }
      if (event instanceof CallEvent.CallEnded ended) {
        return ended.error().orElse(null);
      }
    }
  }

  void forgetEvents() {
    events.clear();
  }

  /** Everything that a question is made of. */
  static String body(String question) {
    return "{\"key\":%s,\"text\":%s}".formatted(Json.quote(question), Json.quote(question));
  }

  static Map<String, Object> parsed(String json) {
    return JsonParserFactory.getJsonParser().parseMap(json);
  }

  /** Stops as on a signal. */
  @Override
  public void close() {
    if (context != null) {
      context.close();
    }
  }

  private <T> HttpResponse<T> post(String path, String body, BodyHandler<T> handler) {
    HttpResponse<T> response =
        send(request(path).POST(BodyPublishers.ofString(body)).build(), handler);
    if (response.statusCode() != 200) {
      throw new AssertionError(path + ": HTTP " + response.statusCode());
    }
    return response;
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path)).header("Content-Type", "application/json");
  }

  private <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler) {
    try {
      return http.send(request, handler);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
