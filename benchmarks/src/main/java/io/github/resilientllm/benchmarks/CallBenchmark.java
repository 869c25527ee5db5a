package io.github.resilientllm.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.okhttp.OpenAi;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A whole call over loopback, to a server in a process of its own that answers at once: by hand
 * with OkHttp and trees of Jackson's, and through our provider and the engine by its defaults.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls start() first
public class CallBenchmark {
  private static final MediaType JSON = MediaType.get("application/json");

  /** How many messages the request has: 40 characters, or 200 KB. */
  @Param({"1", "201"})
  public int messages;

  private final ObjectMapper mapper = new ObjectMapper();
  private final OkHttpClient client = new OkHttpClient();
  private LoopbackServer server;
  private ChatRequest request;
  private ResilientLlm llm;
  private ResilientLlm streaming;

  /** Starts the server. */
  @Setup
  public void start() throws IOException {
    server = LoopbackServer.start();
    request = Vendor.conversation(messages);
    llm = client("/whole/v1");
    streaming = client("/stream/v1");
  }

  /** Ends it. */
  @TearDown
  public void end() {
    server.close();
  }

  /** By hand. */
  @Benchmark
  public String raw() throws IOException {
    try (Response response = send("/whole/v1/chat/completions", false)) {
      JsonNode answer = mapper.readTree(response.body().byteStream());
      return answer.at(Vendor.OPENAI.textAt()).textValue();
    }
  }

  /** By our defaults. */
  @Benchmark
  public String resilient() {
    return llm.chat(request).text();
  }

  /** A stream of 500 chunks by hand. */
  @Benchmark
  public String rawStream(Blackhole blackhole) throws IOException {
    StringBuilder text = new StringBuilder();
    try (Response response = send("/stream/v1/chat/completions", true)) {
      BufferedSource body = response.body().source();
      while (true) {
        String line = body.readUtf8LineStrict();
        if (line.equals("data: [DONE]")) {
          return text.toString();
        }
        if (line.startsWith("data: ")) {
          JsonNode chunk = mapper.readTree(line.substring("data: ".length()));
          String piece = chunk.at("/choices/0/delta/content").asText("");
          text.append(piece);
          blackhole.consume(piece);
        }
      }
    }
  }

  /** The same by our defaults. */
  @Benchmark
  public String resilientStream(Blackhole blackhole) {
    try (ChatStream stream = streaming.stream(request)) {
      for (ChatEvent event : stream) {
        blackhole.consume(event);
      }
      return stream.response().text();
    }
  }

  private Response send(String path, boolean streamed) throws IOException {
    ObjectNode body = mapper.createObjectNode().put("model", "gpt-4.1-nano");
    ArrayNode history = body.putArray("messages");
    for (Message message : request.messages()) {
      history
          .addObject()
          .put("role", message.role().name().toLowerCase(Locale.ROOT))
          .put("content", message.text());
    }
    body.put("stream", streamed);
    Request question =
        new Request.Builder()
            .url(server.url() + path)
            .header("Authorization", "Bearer sk-benchmark-0123456789")
            .post(RequestBody.create(mapper.writeValueAsBytes(body), JSON))
            .build();
    return client.newCall(question).execute();
  }

  private ResilientLlm client(String path) {
    return ResilientLlm.with(
            OpenAi.model("gpt-4.1-nano").apiKey(Vendor.KEY).baseUrl(server.url() + path).build())
        .build();
  }
}
