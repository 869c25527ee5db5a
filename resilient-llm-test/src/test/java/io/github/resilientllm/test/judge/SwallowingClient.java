package io.github.resilientllm.test.judge;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.resilientllm.test.vendor.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A client that returns what it has whatever happens, and tells nothing of it: wrong each time. */
final class SwallowingClient implements Client {
  private static final int READ_MILLIS = 500;

  private final Setting setting;

  SwallowingClient(Setting setting) {
    this.setting = setting;
  }

  @Override
  public Said ask(String question, boolean streaming) {
    StringBuilder text = new StringBuilder();
    try {
      read(open("{\"stream\":" + streaming + "}"), text);
    } catch (IOException swallowed) {
      return Said.text(text.toString());
    }
    return Said.text(text.toString());
  }

  private HttpURLConnection open(String body) throws IOException {
    URI url = URI.create(setting.first().baseUrl() + "/chat/completions");
    HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
    connection.setReadTimeout(READ_MILLIS);
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(body.length()); // or the JDK asks again by itself
    try (OutputStream out = connection.getOutputStream()) {
      out.write(body.getBytes(UTF_8));
    }
    return connection;
  }

  private static void read(HttpURLConnection connection, StringBuilder text) throws IOException {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(connection.getInputStream(), UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.contains("\"error\"")) {
          return; // null or not
        }
        add(line.startsWith("data:") ? line.substring(5) : line, text);
      }
    } finally {
      connection.disconnect();
    }
  }

  private static void add(String json, StringBuilder text) throws IOException {
    Object choices = json.strip().startsWith("{") ? map(Json.read(json)).get("choices") : null;
    if (choices instanceof List<?> list && !list.isEmpty()) {
      Object content = map(map(list.get(0)).get("delta")).get("content");
      text.append(content == null ? "" : content);
    }
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }
}
