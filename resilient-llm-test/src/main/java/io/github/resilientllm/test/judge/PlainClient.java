package io.github.resilientllm.test.judge;

import io.github.resilientllm.test.vendor.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's chat completions on the JDK's {@link HttpClient}: one request, no retry, no fallback.
 *
 * <p>As many write it ({@link #trusting}) it takes whatever came before the end of the stream for
 * the answer. A {@link #careful} one holds a stream that says nothing of its finish for broken; it
 * is what a gateway is judged through, whose answers it must neither better nor worsen.
 */
public final class PlainClient implements Client {
  private final HttpClient http;
  private final URI url;
  private final String model;
  private final String key;
  private final Duration timeout;
  private final boolean isCareful;

  private PlainClient(String baseUrl, String model, String key, Duration timeout, boolean careful) {
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeout)
            .build();
    this.url = URI.create(baseUrl + "/chat/completions");
    this.model = model;
    this.key = key;
    this.timeout = timeout;
    this.isCareful = careful;
  }

  /** One that believes what it gets. */
  public static PlainClient trusting(String baseUrl, String model, String key, Duration timeout) {
    return new PlainClient(baseUrl, model, key, timeout, false);
  }

  /** One that believes an answer only if it is finished. */
  public static PlainClient careful(String baseUrl, String model, String key, Duration timeout) {
    return new PlainClient(baseUrl, model, key, timeout, true);
  }

  /** Judges what many of us have written: the first target alone, and what came is believed. */
  public static Subject subject() {
    return Subject.of(
        "plain HttpClient",
        setting ->
            trusting(
                setting.first().baseUrl(),
                Setting.FIRST_MODEL,
                Setting.KEY,
                setting.timeout().orElseGet(() -> setting.scaled(Duration.ofMinutes(1)))));
  }

  /** Judges a gateway that has the vendors for its targets. */
  public static Subject gateway(String baseUrl, String model, String key) {
    return Subject.of(baseUrl, setting -> careful(baseUrl, model, key, Duration.ofSeconds(110)));
  }

  @Override
  public Said ask(String question, boolean streaming) throws Exception {
    return streaming ? stream(question) : whole(question);
  }

  private Said whole(String question) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(request(question, false), HttpResponse.BodyHandlers.ofString());
    check(response.statusCode());
    Piece piece = new Piece();
    piece.add(response.body(), "message");
    return piece.said(isCareful);
  }

  private Said stream(String question) throws IOException, InterruptedException {
    HttpResponse<Stream<String>> response =
        http.send(request(question, true), HttpResponse.BodyHandlers.ofLines());
    Piece piece = new Piece();
    try (Stream<String> lines = response.body()) {
      check(response.statusCode());
      for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
        String line = each.next();
        String data = line.startsWith("data:") ? line.substring(5).strip() : "";
        if (!data.isEmpty() && !data.equals("[DONE]")) {
          piece.add(data, "delta");
        }
      }
    } catch (UncheckedIOException broken) {
      throw new IOException(broken);
    }
    return piece.said(isCareful);
  }

  private HttpRequest request(String question, boolean streaming) {
    String body =
        "{\"model\":%s,\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":%s}]}"
            .formatted(Json.quote(model), streaming, Json.quote(question));
    return HttpRequest.newBuilder(url)
        .timeout(timeout)
        .header("Content-Type", "application/json")
        .header("Authorization", "Bearer " + key)
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private static void check(int status) throws IOException {
    if (status != 200) {
      throw new IOException("HTTP " + status);
    }
  }

  /** An answer as it is put together. */
  private static final class Piece {
    private final StringBuilder text = new StringBuilder();
    private String finish = "";
    private String model = "";
    private long tokens = -1;

    void add(String json, String holder) throws IOException {
      Map<?, ?> chunk = map(Json.read(json));
      if (chunk.get("error") != null) {
        throw new IOException("An error in the answer");
      }
      model = text(chunk.get("model"), model);
      tokens = number(map(chunk.get("usage")).get("completion_tokens"), tokens);
      if (chunk.get("choices") instanceof List<?> choices) {
        for (Object choice : choices) {
          text.append(text(map(map(choice).get(holder)).get("content"), ""));
          finish = text(map(choice).get("finish_reason"), finish);
        }
      }
    }

    Said said(boolean careful) throws IOException {
      if (careful && (finish.isEmpty() || finish.equals("error"))) {
        throw new IOException("The answer is not finished");
      }
      return new Said(text.toString(), finish, model, tokens);
    }

    private static Map<?, ?> map(@Nullable Object value) {
      return value instanceof Map<?, ?> map ? map : Map.of();
    }

    private static String text(@Nullable Object value, String otherwise) {
      return value instanceof String text ? text : otherwise;
    }

    private static long number(@Nullable Object value, long otherwise) {
      return value instanceof String text && text.matches("\\d{1,15}")
          ? Long.parseLong(text)
          : otherwise;
    }
  }
}
