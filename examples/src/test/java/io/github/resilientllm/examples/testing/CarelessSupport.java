package io.github.resilientllm.examples.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Iterator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The same without a library, as one finds it: a 429 is asked again three times, whatever it is
 * for, and when a stream breaks off the customer gets what has come so far.
 */
final class CarelessSupport {
  private static final Pattern WORD = Pattern.compile("\"content\":\"([^\"]*)\"");

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI url;

  CarelessSupport(String baseUrl) {
    url = URI.create(baseUrl + "/chat/completions");
  }

  String answer(String question) throws IOException, InterruptedException {
    HttpResponse<Stream<String>> response = ask(question);
    for (int retry = 0; response.statusCode() == 429 && retry < 2; retry++) {
      response = ask(question);
    }
    if (response.statusCode() != 200) {
      throw new IOException("HTTP " + response.statusCode());
    }
    StringBuilder text = new StringBuilder();
    try (Stream<String> lines = response.body()) {
      for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
        Matcher word = WORD.matcher(each.next());
        text.append(word.find() ? word.group(1) : "");
      }
    } catch (UncheckedIOException broken) {
      return text.toString();
    }
    return text.toString();
  }

  private HttpResponse<Stream<String>> ask(String question)
      throws IOException, InterruptedException {
    String body =
        "{\"model\":\"gpt-4.1-mini\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\""
            + question
            + "\"}]}";
    HttpRequest request =
        HttpRequest.newBuilder(url).POST(HttpRequest.BodyPublishers.ofString(body)).build();
    return http.send(request, HttpResponse.BodyHandlers.ofLines());
  }
}
