package io.github.resilientllm.benchmarks.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.resilientllm.load.Contestant;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;

/** What one writes by hand with OkHttp and Jackson: no more than needed, and careful about ends. */
final class Raw implements Contestant {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final String DATA = "data: ";

  private final OkHttpClient client;
  private final ObjectMapper mapper = new ObjectMapper();
  private final String url;

  Raw(Setup setup) {
    this.url = setup.url() + "/chat/completions";
    this.client =
        new OkHttpClient.Builder()
            .connectionPool(new ConnectionPool(64, 5, TimeUnit.MINUTES))
            .readTimeout(setup.timeout())
            .callTimeout(setup.timeout())
            .build();
  }

  @Override
  public String chat(List<String> messages) throws IOException {
    try (Response response = send(messages, false)) {
      JsonNode answer = mapper.readTree(response.body().byteStream());
      return answer.path("choices").path(0).path("message").path("content").asText();
    }
  }

  @Override
  public String stream(List<String> messages, Runnable piece) throws IOException {
    StringBuilder text = new StringBuilder();
    try (Response response = send(messages, true)) {
      BufferedSource source = response.body().source();
      for (String line = source.readUtf8Line(); line != null; line = source.readUtf8Line()) {
        if (line.equals(DATA + "[DONE]")) {
          return text.toString();
        }
        if (!line.startsWith(DATA)) {
          continue;
        }
        JsonNode content =
            mapper
                .readTree(line.substring(DATA.length()))
                .path("choices")
                .path(0)
                .path("delta")
                .path("content");
        if (content.isTextual()) {
          piece.run();
          text.append(content.textValue());
        }
      }
    }
    throw new IOException("the stream ended without [DONE]");
  }

  private Response send(List<String> messages, boolean streaming) throws IOException {
    ObjectNode body = mapper.createObjectNode().put("model", "gpt-4.1-nano");
    ArrayNode list = body.putArray("messages");
    for (int i = 0; i < messages.size(); i++) {
      boolean asks = (messages.size() - i) % 2 == 1;
      list.addObject().put("role", asks ? "user" : "assistant").put("content", messages.get(i));
    }
    body.put("stream", streaming);
    Request request =
        new Request.Builder()
            .url(url)
            .post(RequestBody.create(mapper.writeValueAsBytes(body), JSON))
            .build();
    Response response = client.newCall(request).execute();
    if (!response.isSuccessful()) {
      response.close();
      throw new IOException("HTTP " + response.code());
    }
    return response;
  }

  /** Makes it. */
  public static final class Factory implements Contestant.Factory {
    @Override
    public String name() {
      return "raw";
    }

    @Override
    public Contestant create(Setup setup) {
      return new Raw(setup);
    }
  }
}
