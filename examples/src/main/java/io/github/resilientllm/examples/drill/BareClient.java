package io.github.resilientllm.examples.drill;

import io.github.resilientllm.test.vendor.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The client that many of us have written: one vendor, a time-out, three retries after a short
 * pause whatever went wrong, and a stream that is over when no more comes.
 */
final class BareClient implements Contender {
  private static final int RETRIES = 3;
  private static final Pattern CONTENT =
      Pattern.compile("\"content\":\\s*\"((?:[^\"\\\\]|\\\\.){0,10000})\"");

  private final HttpClient http;
  private final URI url;
  private final Duration timeout;
  private final Duration pause;

  BareClient(String baseUrl, Duration timeout, Duration pause) {
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeout)
            .build();
    this.url = URI.create(baseUrl + "/chat/completions");
    this.timeout = timeout;
    this.pause = pause;
  }

  @Override
  public Heard ask(Ask ask) throws IOException, InterruptedException {
    for (int retries = 0; ; retries++) {
      try {
        String text = ask.streaming() ? stream(ask.question()) : whole(ask.question());
        return new Heard(text, Drill.PRIMARY);
      } catch (IOException failed) {
        if (retries == RETRIES) {
          throw failed;
        }
        Thread.sleep(pause.toMillis());
      }
    }
  }

  private String whole(String question) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(request(question, false), HttpResponse.BodyHandlers.ofString());
    check(response.statusCode());
    return content(response.body());
  }

  private String stream(String question) throws IOException, InterruptedException {
    HttpResponse<Stream<String>> response =
        http.send(request(question, true), HttpResponse.BodyHandlers.ofLines());
    StringBuilder text = new StringBuilder();
    try (Stream<String> lines = response.body()) {
      check(response.statusCode());
      // The end of the lines is taken for the end of the answer: this is the mistake.
      lines.filter(line -> line.startsWith("data:")).forEach(line -> text.append(content(line)));
    } catch (UncheckedIOException broken) {
      throw new IOException(broken);
    }
    return text.toString();
  }

  private HttpRequest request(String question, boolean streaming) {
    String body =
        "{\"model\":\"%s\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":%s}]}"
            .formatted(Drill.MODEL, streaming, Json.quote(question));
    return HttpRequest.newBuilder(url)
        .timeout(timeout)
        .header("Content-Type", "application/json")
        .header("Authorization", "Bearer " + Drill.KEY)
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private static void check(int status) throws IOException {
    if (status != 200) {
      throw new IOException("HTTP " + status);
    }
  }

  private static String content(String json) {
    Matcher found = CONTENT.matcher(json);
    return found.find() ? found.group(1) : "";
  }
}
